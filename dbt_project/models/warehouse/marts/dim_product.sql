with versions as (

  select * from {{ ref('int_product_versions') }}

)

select
  product_key,
  product_id,
  sku,
  product_name,
  category,
  supplier_id,
  unit_cost,
  list_price,
  weight_kg,
  reorder_point,
  is_cold_chain,
  is_active,
  valid_from,
  valid_to,
  is_current,
  landed_at
from versions

union all

-- What was sold before the shop knew it.
select
  {{ unknown_key() }}, 0, null, 'unknown', null, null, null, null, null, null, null, null, '-infinity', null, true, '-infinity'
