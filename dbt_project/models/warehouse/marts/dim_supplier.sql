with suppliers as (

  select * from {{ ref('stg_suppliers') }}

),

cities as (

  select * from {{ ref('dim_city') }}

)

select
  {{ surrogate_key(['supplier_id']) }} as supplier_key,
  suppliers.supplier_id,
  suppliers.supplier_name,
  {{ known('cities.city_key') }} as city_key,
  suppliers.rating,
  suppliers.is_active,
  suppliers.landed_at
from suppliers
left join cities on suppliers.city_id = cities.city_id

union all

select {{ unknown_key() }}, 0, 'unknown', {{ unknown_key() }}, null, null, '-infinity'
