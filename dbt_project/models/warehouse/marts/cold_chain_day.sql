with breaches as (

  select * from {{ ref('stg_cold_chain_breaches') }}

),

counted as (

  select
    {{ date_key(utc_day('started_at')) }} as date_key,
    vehicle_id,
    count(*) as breaches,
    cast(sum(duration_s) as bigint) as seconds_too_warm,
    max(max_temp_c) as max_temp_c,
    max(landed_at) as landed_at
  from breaches
  group by 1, 2

)

select
  {{ surrogate_key(['date_key', 'vehicle_id']) }} as cold_chain_day_key,
  date_key,
  vehicle_id,
  breaches,
  seconds_too_warm,
  max_temp_c,
  landed_at
from counted
