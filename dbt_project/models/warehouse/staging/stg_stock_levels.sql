with source as (

  select * from {{ source('bronze', 'inventory_levels') }}

),

renamed as (

  select
    warehouse_id,
    product_id,
    level,
    last_changed_at
  from source

)

select * from renamed
