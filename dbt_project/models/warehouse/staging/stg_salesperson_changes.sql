with source as (

  select * from {{ source('bronze', 'salesperson_history') }}

),

renamed as (

  select
    salesperson_id,
    name as salesperson_name,
    country_code,
    team,
    active as is_active,
    updated_at,
    source_offset,
    landed_at
  from source

)

select * from renamed
