{{ config(materialized='incremental', unique_key='order_item_key', incremental_strategy='delete+insert') }}

with order_items as (

  select * from {{ ref('stg_order_items') }}

),

products as (

  select * from {{ ref('dim_product') }}

),

salespeople as (

  select * from {{ ref('dim_salesperson') }}

),

customers as (

  select * from {{ ref('dim_customer') }}

),

cities as (

  select * from {{ ref('dim_city') }}

),

to_build as (

  select *
  from order_items
  {% if is_incremental() %}
  where
    landed_at > {{ new_since() }}
    or {{ has_new_row('products', 'product_id', 'order_items', at='ordered_at') }}
    or {{ has_new_row('salespeople', 'salesperson_id', 'order_items', at='ordered_at') }}
    or {{ has_new_row('customers', 'customer_id', 'order_items') }}
    or {{ has_new_row('cities', 'city_id', 'order_items') }}
  {% endif %}

)

select
  {{ surrogate_key(['to_build.order_id', 'to_build.line_no']) }} as order_item_key,
  to_build.order_id,
  to_build.line_no,
  to_build.ordered_at,
  {{ date_key(utc_day('to_build.ordered_at')) }} as date_key,
  {{ known('products.product_key') }} as product_key,
  {{ known('customers.customer_key') }} as customer_key,
  {{ known('salespeople.salesperson_key') }} as salesperson_key,
  {{ known('cities.city_key') }} as city_key,
  to_build.channel,
  to_build.quantity,
  to_build.unit_price,
  products.list_price,
  products.unit_cost,
  to_build.quantity * to_build.unit_price as revenue,
  to_build.quantity * products.unit_cost as cost,
  to_build.quantity * (to_build.unit_price - products.unit_cost) as margin,
  to_build.landed_at
from to_build
left join products
  on to_build.product_id = products.product_id and {{ holds_at('products', 'to_build.ordered_at') }}
left join salespeople
  on to_build.salesperson_id = salespeople.salesperson_id and {{ holds_at('salespeople', 'to_build.ordered_at') }}
left join customers on to_build.customer_id = customers.customer_id
left join cities on to_build.city_id = cities.city_id
