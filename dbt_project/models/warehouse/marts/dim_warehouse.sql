with warehouses as (

  select * from {{ ref('stg_warehouses') }}

),

cities as (

  select * from {{ ref('dim_city') }}

)

select
  {{ surrogate_key(['warehouse_id']) }} as warehouse_key,
  warehouses.warehouse_id,
  warehouses.warehouse_name,
  {{ known('cities.city_key') }} as city_key,
  warehouses.capacity,
  warehouses.landed_at
from warehouses
left join cities on warehouses.city_id = cities.city_id

union all

select {{ unknown_key() }}, 0, 'unknown', {{ unknown_key() }}, null, '-infinity'
