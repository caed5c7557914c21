{{ config(materialized='incremental', unique_key='order_item_key', incremental_strategy='delete+insert') }}

with order_items as (

  select * from {{ ref('stg_order_items') }}

),

products as (

  select * from {{ ref('dim_product') }}

),

{% if is_incremental() %}
-- A line is built again when it has just landed, and when a version that may be its own has.
new_versions as (

  select product_id, valid_from from products where landed_at > {{ new_since() }}

),

{% endif %}
to_build as (

  select *
  from order_items
  {% if is_incremental() %}
  where
    landed_at > {{ new_since() }}
    or exists (
      select 1
      from new_versions
      where new_versions.product_id = order_items.product_id and new_versions.valid_from <= order_items.ordered_at
    )
  {% endif %}

),

as_of_order as (

  select
    to_build.*,
    coalesce(products.product_key, {{ unknown_key() }}) as product_key,
    products.list_price,
    products.unit_cost
  from to_build
  left join products
    on to_build.product_id = products.product_id and {{ holds_at('products', 'to_build.ordered_at') }}

)

select
  {{ surrogate_key(['order_id', 'line_no']) }} as order_item_key,
  order_id,
  line_no,
  ordered_at,
  {{ date_key(utc_day('ordered_at')) }} as date_key,
  product_key,
  quantity,
  unit_price,
  list_price,
  unit_cost,
  quantity * unit_price as revenue,
  quantity * unit_cost as cost,
  quantity * (unit_price - unit_cost) as margin,
  landed_at
from as_of_order
