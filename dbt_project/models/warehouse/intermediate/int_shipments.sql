-- One row a shipment: when it first reached each status, and what its newest event says.
with events as (

  select * from {{ ref('stg_shipment_events') }}

),

newest as (

  select distinct on (shipment_id) *
  from events
  order by shipment_id, event_at desc, source_partition desc, source_offset desc

),

milestones as (

  select
    shipment_id,
    min(event_at) filter (where status = 'created') as created_at,
    min(event_at) filter (where status = 'dispatched') as dispatched_at,
    min(event_at) filter (where status = 'delivered') as delivered_at,
    min(event_at) filter (where status = 'failed') as failed_at,
    max(landed_at) as landed_at
  from events
  group by shipment_id

)

select
  newest.shipment_id,
  newest.order_id,
  newest.warehouse_id,
  newest.vehicle_id,
  newest.status,
  milestones.created_at,
  milestones.dispatched_at,
  milestones.delivered_at,
  milestones.failed_at,
  milestones.landed_at
from newest
inner join milestones on newest.shipment_id = milestones.shipment_id
