with source as (

  select * from {{ source('bronze', 'product_history') }}

),

renamed as (

  select
    product_id,
    sku,
    name as product_name,
    category,
    supplier_id,
    unit_cost,
    list_price,
    weight_kg,
    reorder_point,
    cold_chain as is_cold_chain,
    active as is_active,
    updated_at,
    source_offset,
    landed_at
  from source

)

select * from renamed
