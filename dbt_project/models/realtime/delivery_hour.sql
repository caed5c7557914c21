-- MergeTree, built whole: when an earlier delivery turns up, the order leaves an hour without a trace in the landing,
-- so no filter on what is new could find that hour. There are as many rows as orders, in seconds.
-- Ordered by hour and city, as it is asked; no partition and no TTL: the landing decides what is kept.
{{
  config(
    materialized='table',
    engine='MergeTree()',
    order_by='(hour, city_id)',
  )
}}

with deliveries as (

  select * from {{ source('realtime', 'shipment_delays') }}

),

counted as (

  select
    toStartOfHour(delivered_at) as hour,
    city_id,
    toInt64(count()) as deliveries,
    toInt64(countIf(not is_late)) as on_time_deliveries,
    toInt64(sum(deliveries.minutes_late)) as late_minutes,
    max(deliveries.landed_at) as last_landed_at
  from deliveries
  group by hour, city_id

),

renamed as (

  select hour, city_id, deliveries, on_time_deliveries, late_minutes as minutes_late, last_landed_at from counted

),

shares as (

  select
    hour,
    city_id,
    {{ kpi('on_time_share') }} as on_time_share,
    {{ kpi('average_delay_minutes') }} as average_delay_minutes
  from renamed
  group by hour, city_id

)

select
  renamed.hour as hour,
  renamed.city_id as city_id,
  renamed.deliveries as deliveries,
  renamed.on_time_deliveries as on_time_deliveries,
  renamed.minutes_late as minutes_late,
  shares.on_time_share as on_time_share,
  shares.average_delay_minutes as average_delay_minutes,
  renamed.last_landed_at as landed_at
from renamed
inner join shares on renamed.hour = shares.hour and renamed.city_id = shares.city_id
