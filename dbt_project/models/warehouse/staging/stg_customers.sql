with source as (

  select * from {{ source('bronze', 'customers') }}

),

renamed as (

  select
    customer_id,
    name as customer_name,
    email,
    city_id,
    segment,
    updated_at,
    landed_at
  from source

)

select * from renamed
