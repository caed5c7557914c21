-- A view: it is asked for the present, and the landing has one row a warehouse and product.
{{ config(materialized='view') }}

with levels as (

  select * from {{ source('realtime', 'inventory_levels') }}

),

products as (

  select * from {{ source('realtime', 'products') }}

),

warehouses as (

  select * from {{ source('realtime', 'warehouses') }}

)

select
  levels.warehouse_id as warehouse_id,
  warehouses.name as warehouse,
  levels.product_id as product_id,
  products.name as product,
  products.category as category,
  levels.level as level,
  products.reorder_point as reorder_point,
  levels.level <= 0 as is_out_of_stock,
  ifNull(levels.level < products.reorder_point, 0) as is_low,
  levels.last_changed_at as last_changed_at
from levels
left join products on levels.product_id = products.product_id
left join warehouses on levels.warehouse_id = warehouses.warehouse_id
settings join_use_nulls = 1
