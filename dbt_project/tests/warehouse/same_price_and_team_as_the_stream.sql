-- The versions that held when a line was ordered are those that the streams' temporal join found.
with order_items as (

  select * from {{ ref('fct_order_item') }}

),

products as (

  select * from {{ ref('dim_product') }}

),

salespeople as (

  select * from {{ ref('dim_salesperson') }}

),

streamed as (

  select * from {{ ref('stg_order_items') }}

)

select
  order_items.order_id,
  order_items.line_no,
  products.list_price,
  streamed.streamed_list_price,
  products.unit_cost,
  streamed.streamed_unit_cost,
  salespeople.team,
  streamed.streamed_team,
  salespeople.country_code,
  streamed.streamed_country_code
from order_items
inner join products on order_items.product_key = products.product_key
inner join salespeople on order_items.salesperson_key = salespeople.salesperson_key
inner join streamed on order_items.order_id = streamed.order_id and order_items.line_no = streamed.line_no
where
  products.list_price is distinct from streamed.streamed_list_price
  or products.unit_cost is distinct from streamed.streamed_unit_cost
  or salespeople.team is distinct from streamed.streamed_team
  or salespeople.country_code is distinct from streamed.streamed_country_code
  or order_items.revenue is distinct from streamed.streamed_revenue
  or order_items.margin is distinct from streamed.streamed_margin
