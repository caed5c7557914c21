with source as (

  select * from {{ source('bronze', 'warehouses') }}

),

renamed as (

  select
    warehouse_id,
    name as warehouse_name,
    city_id,
    capacity,
    updated_at,
    landed_at
  from source

)

select * from renamed
