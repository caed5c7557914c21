-- MergeTree, replaced minute by minute (delete+insert on the minute, whole): dead letters land in bursts, also for minutes past.
-- Ordered by minute, since every question begins with a time; partitioned by month, so that the TTL drops whole parts.
-- TTL: 90 days from landing, not from the minute, or a replayed past would vanish as it came.
{{
  config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='minute',
    engine='MergeTree()',
    order_by='(minute, topic, reason)',
    partition_by='toYYYYMM(minute)',
    ttl='toDateTime(landed_at) + interval 90 day',
  )
}}

{% set topic = "substring(source_topic, length('" ~ env_var('MILLSTREAM_NS', '') ~ "') + 1)" %}

with dead_letters as (

  select * from {{ source('realtime', 'dead_letters') }}

),

late_events as (

  select * from {{ source('realtime', 'late_events') }}

),

events as (

  select toStartOfMinute(record_time) as minute, {{ topic }} as topic, error_type as reason, landed_at from dead_letters
  union all
  select toStartOfMinute(record_time), {{ topic }}, 'late', landed_at from late_events

),

to_build as (

  select *
  from events
  {% if is_incremental() %}
  where
    minute in (
      select minute
      from events
      where landed_at > (select max(landed_at) - interval '{{ var("look_back") }}' from {{ this }})
    )
  {% endif %}

)

select
  minute,
  topic,
  reason,
  toInt64(count()) as set_aside,
  max(to_build.landed_at) as landed_at
from to_build
group by minute, topic, reason
