{{ config(materialized='incremental', unique_key='purchase_order_key', incremental_strategy='delete+insert') }}

with purchase_orders as (

  select * from {{ ref('int_purchase_orders') }}

),

products as (

  select * from {{ ref('dim_product') }}

),

suppliers as (

  select * from {{ ref('dim_supplier') }}

),

warehouses as (

  select * from {{ ref('dim_warehouse') }}

),

to_build as (

  select *
  from purchase_orders
  {% if is_incremental() %}
  where
    landed_at > {{ new_since() }}
    or {{ has_new_row('products', 'product_id', 'purchase_orders', at='ordered_at') }}
    or {{ has_new_row('suppliers', 'supplier_id', 'purchase_orders') }}
    or {{ has_new_row('warehouses', 'warehouse_id', 'purchase_orders') }}
  {% endif %}

)

select
  {{ surrogate_key(['to_build.po_id']) }} as purchase_order_key,
  to_build.po_id,
  {{ date_key(utc_day('to_build.ordered_at')) }} as date_key,
  {{ known('suppliers.supplier_key') }} as supplier_key,
  {{ known('products.product_key') }} as product_key,
  {{ known('warehouses.warehouse_key') }} as warehouse_key,
  to_build.quantity,
  to_build.ordered_at,
  to_build.promised_at,
  to_build.received_at,
  {{ date_key(utc_day('to_build.received_at')) }} as receipt_date_key,
  to_build.received_quantity,
  to_build.defective_quantity,
  to_build.received_at is not null as is_received,
  to_build.received_at <= to_build.promised_at as is_on_time,
  to_build.landed_at
from to_build
left join products
  on to_build.product_id = products.product_id and {{ holds_at('products', 'to_build.ordered_at') }}
left join suppliers on to_build.supplier_id = suppliers.supplier_id
left join warehouses on to_build.warehouse_id = warehouses.warehouse_id
