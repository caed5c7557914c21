-- A view: it only finishes the aggregates of vehicle_minutes, which no client should have to.
{{ config(materialized='view') }}

with vehicle_minutes as (

  select * from {{ ref('vehicle_minutes') }}

)

select
  vehicle_id,
  minute,
  argMaxMerge(last_latitude) as latitude,
  argMaxMerge(last_longitude) as longitude,
  max(max_speed_kmh) as fastest_kmh,
  max(max_cargo_temp_c) as warmest_c
from vehicle_minutes
group by vehicle_id, minute
