-- A view: it only finishes the aggregates of vehicle_minutes, which no client should have to.
-- depends_on: {{ ref('vehicle_minutes_feed') }}
{{ config(materialized='view') }}

with vehicle_minutes as (

  select * from {{ ref('vehicle_minutes') }}

)

select
  vehicle_id,
  minute,
  tupleElement(argMaxMerge(last_place), 1) as latitude,
  tupleElement(argMaxMerge(last_place), 2) as longitude,
  cast(max(max_speed_kmh) as Decimal(5, 1)) as fastest_kmh,
  max(max_cargo_temp_c) as warmest_c
from vehicle_minutes
group by vehicle_id, minute
