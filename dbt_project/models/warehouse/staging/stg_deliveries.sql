with source as (

  select * from {{ source('bronze', 'shipment_delays') }}

),

renamed as (

  select
    order_id,
    shipment_id,
    city_id,
    ordered_at,
    promised_at,
    delivered_at,
    is_late,
    minutes_late,
    landed_at
  from source

)

select * from renamed
