-- Of vehicle positions only the newest land, so nobody can tell how many were good: their shares stay empty.
with order_items as (

  select * from {{ ref('stg_order_items') }}

),

shipment_events as (

  select * from {{ ref('stg_shipment_events') }}

),

stock_movements as (

  select * from {{ ref('stg_stock_movements') }}

),

late_events as (

  select * from {{ ref('stg_late_events') }}

),

dead_letters as (

  select * from {{ ref('stg_dead_letters') }}

),

good as (

  select 'orders' as topic, {{ utc_day('ordered_at') }} as day, count(distinct order_id) as good_events, max(landed_at) as landed_at
  from order_items
  group by 1, 2
  union all
  select 'shipments', {{ utc_day('record_time') }}, count(*), max(landed_at) from shipment_events group by 1, 2
  union all
  select 'inventory_changes', {{ utc_day('record_time') }}, count(*), max(landed_at) from stock_movements group by 1, 2

),

late as (

  select topic, {{ utc_day('record_time') }} as day, count(*) as late_events, max(landed_at) as landed_at
  from late_events
  group by 1, 2

),

dead as (

  select topic, {{ utc_day('record_time') }} as day, count(*) as dead_letters, max(landed_at) as landed_at
  from dead_letters
  group by 1, 2

),

counted as (

  select
    topic,
    day,
    good.good_events,
    coalesce(late.late_events, 0) as late_events,
    coalesce(dead.dead_letters, 0) as dead_letters,
    case
      when topic in ('orders', 'shipments', 'inventory_changes')
        then coalesce(good.good_events, 0) + coalesce(late.late_events, 0) + coalesce(dead.dead_letters, 0)
    end as events,
    greatest(good.landed_at, late.landed_at, dead.landed_at) as landed_at
  from good
  full join late using (topic, day)
  full join dead using (topic, day)

)

select
  {{ surrogate_key(['topic', 'day']) }} as event_quality_day_key,
  {{ date_key('day') }} as date_key,
  topic,
  good_events,
  late_events,
  dead_letters,
  events,
  {{ kpi('late_share') }} as late_share,
  {{ kpi('dead_share') }} as dead_share,
  landed_at
from counted
group by topic, day, good_events, late_events, dead_letters, events, landed_at
