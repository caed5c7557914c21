with source as (

  select * from {{ source('bronze', 'cities') }}

),

renamed as (

  select
    city_id,
    name as city_name,
    country,
    country_code,
    latitude,
    longitude,
    population,
    updated_at,
    landed_at
  from source

)

select * from renamed
