{{ config(materialized='incremental', unique_key='shipment_key', incremental_strategy='delete+insert') }}

with shipments as (

  select * from {{ ref('int_shipments') }}

),

deliveries as (

  select * from {{ ref('stg_deliveries') }}

),

warehouses as (

  select * from {{ ref('dim_warehouse') }}

),

cities as (

  select * from {{ ref('dim_city') }}

),

to_build as (

  select *
  from shipments
  {% if is_incremental() %}
  -- All shipments of an order together: an earlier delivery takes the order away from the one that counted so far.
  where
    order_id in (select order_id from shipments where landed_at > {{ new_since() }})
    or order_id in (select order_id from deliveries where landed_at > {{ new_since() }})
    or {{ has_new_row('warehouses', 'warehouse_id', 'shipments') }}
    or order_id in (select order_id from deliveries where {{ has_new_row('cities', 'city_id', 'deliveries') }})
  {% endif %}

)

select
  {{ surrogate_key(['to_build.shipment_id']) }} as shipment_key,
  to_build.shipment_id,
  to_build.order_id,
  {{ known('warehouses.warehouse_key') }} as warehouse_key,
  {{ known('cities.city_key') }} as city_key,
  to_build.vehicle_id,
  to_build.status,
  to_build.created_at,
  to_build.dispatched_at,
  coalesce(deliveries.delivered_at, to_build.delivered_at) as delivered_at,
  to_build.failed_at,
  deliveries.order_id is not null as is_order_delivery,
  deliveries.ordered_at,
  deliveries.promised_at,
  {{ date_key(utc_day('deliveries.delivered_at')) }} as delivery_date_key,
  deliveries.is_late,
  deliveries.minutes_late,
  to_build.landed_at
from to_build
left join deliveries
  on to_build.order_id = deliveries.order_id and to_build.shipment_id = deliveries.shipment_id
left join warehouses on to_build.warehouse_id = warehouses.warehouse_id
left join cities on deliveries.city_id = cities.city_id
