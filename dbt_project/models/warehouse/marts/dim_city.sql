with cities as (

  select * from {{ ref('stg_cities') }}

)

select
  {{ surrogate_key(['city_id']) }} as city_key,
  city_id,
  city_name,
  country,
  country_code,
  latitude,
  longitude,
  population,
  landed_at
from cities

union all

select {{ unknown_key() }}, 0, 'unknown', null, null, null, null, null, '-infinity'
