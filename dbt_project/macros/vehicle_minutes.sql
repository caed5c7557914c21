{# Aggregate states of a vehicle's minutes, as the messages about its newest position bring them. #}
{% macro vehicle_minutes() -%}
select
  vehicle_id,
  toStartOfMinute(measured_at) as minute,
  argMaxState((latitude, longitude), (measured_at, version)) as last_place,
  maxSimpleState(speed_kmh) as max_speed_kmh,
  maxSimpleState(cargo_temp_c) as max_cargo_temp_c,
  maxSimpleState(landed_at) as last_landed_at
from {{ source('realtime', 'vehicle_last_position_rows') }}
where is_deleted = 0
group by vehicle_id, minute
{%- endmacro %}
