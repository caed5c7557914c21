with source as (

  select * from {{ source('bronze', 'purchase_order_history') }}

),

renamed as (

  select
    po_id,
    supplier_id,
    product_id,
    warehouse_id,
    quantity,
    ordered_at,
    promised_at,
    received_at,
    received_quantity,
    defective_quantity,
    updated_at,
    source_offset,
    landed_at
  from source

)

select * from renamed
