{{ config(materialized='incremental', unique_key='inventory_day_key', incremental_strategy='delete+insert') }}

with stock_days as (

  select * from {{ ref('int_stock_days') }}

),

products as (

  select * from {{ ref('dim_product') }}

),

warehouses as (

  select * from {{ ref('dim_warehouse') }}

),

last_day as (

  select max(day) as day from stock_days

),

-- A movement changes every later day of its stock, so a stock is built whole; and a new day is new to every stock.
to_build as (

  select warehouse_id, product_id, min(day) as first_day
  from stock_days
  group by warehouse_id, product_id
  {% if is_incremental() %}
  having
    max(landed_at) > {{ new_since() }}
    or (select day from last_day) > (select max(day) from {{ this }})
    or {{ has_new_row('products', 'product_id', 'stock_days') }}
    or {{ has_new_row('warehouses', 'warehouse_id', 'stock_days') }}
  {% endif %}

),

every_day as (

  select
    to_build.warehouse_id,
    to_build.product_id,
    cast(series.day as date) as day
  from to_build
  cross join last_day
  cross join lateral generate_series(to_build.first_day, last_day.day, interval '1 day') as series (day)

),

levels as (

  select
    every_day.warehouse_id,
    every_day.product_id,
    every_day.day,
    coalesce(stock_days.net_change, 0) as net_change,
    coalesce(stock_days.received, 0) as received,
    coalesce(stock_days.returned, 0) as returned,
    coalesce(stock_days.sold, 0) as sold,
    coalesce(stock_days.lost, 0) as lost,
    coalesce(stock_days.adjusted, 0) as adjusted,
    stock_days.landed_at,
    sum(coalesce(stock_days.net_change, 0))
      over (partition by every_day.warehouse_id, every_day.product_id order by every_day.day) as closing_level
  from every_day
  left join stock_days
    on
      every_day.warehouse_id = stock_days.warehouse_id
      and every_day.product_id = stock_days.product_id
      and every_day.day = stock_days.day

)

select
  {{ surrogate_key(['levels.warehouse_id', 'levels.product_id', date_key('levels.day')]) }} as inventory_day_key,
  {{ date_key('levels.day') }} as date_key,
  levels.day,
  levels.warehouse_id,
  levels.product_id,
  {{ known('warehouses.warehouse_key') }} as warehouse_key,
  {{ known('products.product_key') }} as product_key,
  cast(levels.closing_level - levels.net_change as bigint) as opening_level,
  levels.received,
  levels.returned,
  levels.sold,
  levels.lost,
  levels.adjusted,
  cast(levels.closing_level as bigint) as closing_level,
  products.reorder_point,
  levels.closing_level <= 0 as is_out_of_stock,
  coalesce(levels.closing_level < products.reorder_point, false) as is_low,
  levels.landed_at
from levels
left join products
  on levels.product_id = products.product_id and {{ holds_at('products', last_instant('levels.day')) }}
left join warehouses on levels.warehouse_id = warehouses.warehouse_id
