with source as (

  select * from {{ source('bronze', 'shipment_event_history') }}

),

renamed as (

  select
    shipment_id,
    order_id,
    warehouse_id,
    vehicle_id,
    status,
    event_at,
    record_time,
    source_partition,
    source_offset,
    landed_at
  from source

)

select * from renamed
