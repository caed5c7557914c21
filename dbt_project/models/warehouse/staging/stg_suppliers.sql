with source as (

  select * from {{ source('bronze', 'suppliers') }}

),

renamed as (

  select
    supplier_id,
    name as supplier_name,
    city_id,
    email,
    rating,
    active as is_active,
    updated_at,
    landed_at
  from source

)

select * from renamed
