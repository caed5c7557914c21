with source as (

  select * from {{ source('bronze', 'order_items_enriched') }}

),

renamed as (

  select
    order_id,
    line_no,
    ordered_at,
    channel,
    city_id,
    customer_id,
    salesperson_id,
    product_id,
    quantity,
    unit_price,
    list_price as streamed_list_price,
    unit_cost as streamed_unit_cost,
    team as streamed_team,
    salesperson_country as streamed_country_code,
    revenue as streamed_revenue,
    margin as streamed_margin,
    landed_at
  from source

)

select * from renamed
