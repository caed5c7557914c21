with source as (

  select * from {{ source('bronze', 'cold_chain_breaches') }}

),

renamed as (

  select
    vehicle_id,
    started_at,
    ended_at,
    readings,
    max_temp_c,
    duration_s,
    landed_at
  from source

)

select * from renamed
