-- A materialized view fills it as positions land, for they are half of all events: a query over the landing every few
-- minutes would read them all again.
-- AggregatingMergeTree with aggregates that may see a message twice (min, max, argMax), for the landing may: sums and
-- counts would be wrong here. Ordered by vehicle and minute, as tracks are asked; partitioned by day, which is what the
-- TTL drops: 30 days from landing.
{{
  config(
    materialized='materialized_view',
    engine='AggregatingMergeTree()',
    order_by='(vehicle_id, minute)',
    partition_by='toDate(minute)',
    ttl='toDateTime(last_landed_at) + interval 30 day',
  )
}}

select
  vehicle_id,
  toStartOfMinute(measured_at) as minute,
  argMaxState(latitude, (measured_at, version)) as last_latitude,
  argMaxState(longitude, (measured_at, version)) as last_longitude,
  maxSimpleState(speed_kmh) as max_speed_kmh,
  maxSimpleState(cargo_temp_c) as max_cargo_temp_c,
  maxSimpleState(landed_at) as last_landed_at
from {{ source('realtime', 'vehicle_last_position_rows') }}
where is_deleted = 0
group by vehicle_id, minute
