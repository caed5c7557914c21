with inventory_days as (

  select * from {{ ref('fct_inventory_day') }}

),

by_warehouse as (

  select
    date_key,
    warehouse_key,
    count(*) as products,
    count(*) filter (where is_out_of_stock) as products_out_of_stock,
    count(*) filter (where is_low) as products_low,
    -- Books below zero cover nothing.
    sum(greatest(closing_level, 0)) as units,
    sum(sold) as sold
  from inventory_days
  group by 1, 2

),

counted as (

  select
    by_warehouse.*,
    sum(sold) over cover_window as units_sold,
    count(*) over cover_window as window_days
  from by_warehouse
  window
    cover_window as (
      partition by warehouse_key order by date_key
      rows between {{ var('cover_days') - 1 }} preceding and current row
    )

)

select
  {{ surrogate_key(['date_key', 'warehouse_key']) }} as stock_day_key,
  date_key,
  warehouse_key,
  products,
  products_out_of_stock,
  products_low,
  cast(units as bigint) as units,
  cast(units_sold as bigint) as units_sold,
  window_days,
  {{ kpi('stock_cover_days') }} as stock_cover_days
from counted
group by date_key, warehouse_key, products, products_out_of_stock, products_low, units, units_sold, window_days
