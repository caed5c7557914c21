with source as (

  select * from {{ source('bronze', 'inventory_change_history') }}

),

renamed as (

  select
    change_id,
    warehouse_id,
    product_id,
    delta,
    reason,
    changed_at,
    record_time,
    landed_at
  from source

)

select * from renamed
