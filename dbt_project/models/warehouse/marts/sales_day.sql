with order_items as (

  select * from {{ ref('fct_order_item') }}

),

products as (

  select * from {{ ref('dim_product') }}

),

counted as (

  select
    order_items.date_key,
    order_items.city_key,
    coalesce(products.category, 'unknown') as category,
    count(*) as order_lines,
    sum(order_items.quantity) as units,
    sum(order_items.revenue) as revenue,
    coalesce(sum(order_items.revenue) filter (where order_items.cost is not null), 0) as costed_revenue,
    coalesce(sum(order_items.cost), 0) as cost,
    coalesce(sum(order_items.margin), 0) as margin
  from order_items
  inner join products on order_items.product_key = products.product_key
  group by 1, 2, 3

)

select
  {{ surrogate_key(['date_key', 'city_key', 'category']) }} as sales_day_key,
  date_key,
  city_key,
  category,
  order_lines,
  units,
  revenue,
  costed_revenue,
  cost,
  margin,
  {{ kpi('margin_share') }} as margin_share
from counted
group by date_key, city_key, category, order_lines, units, revenue, costed_revenue, cost, margin
