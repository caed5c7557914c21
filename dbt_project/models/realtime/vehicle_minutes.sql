-- AggregatingMergeTree with aggregates that may see a message twice (max, argMax), for the landing may: sums and counts
-- would be wrong here. Ordered by vehicle and minute, as tracks are asked; partitioned by day, which is what the TTL
-- drops: 30 days from landing.
-- Made empty: vehicle_minutes_feed fills it, what has landed already first.
{{
  config(
    materialized='incremental',
    incremental_strategy='append',
    engine='AggregatingMergeTree()',
    order_by='(vehicle_id, minute)',
    partition_by='toDate(minute)',
    ttl='toDateTime(last_landed_at) + interval 30 day',
  )
}}

select *
from ({{ vehicle_minutes() }}) as minutes
where false
