-- MergeTree, replaced minute by minute (delete+insert on the minute, whole): a late line changes a minute that is long past, and
-- summing engines would count a line twice that is read twice.
-- Ordered by minute, since every question begins with a time; partitioned by month, so that the TTL drops whole parts.
-- TTL: 90 days from landing, not from the minute, or a replayed past would vanish as it came.
{{
  config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='minute',
    engine='MergeTree()',
    order_by='(minute, city_id, category)',
    partition_by='toYYYYMM(minute)',
    ttl='toDateTime(landed_at) + interval 90 day',
  )
}}

with order_items as (

  select * from {{ source('realtime', 'order_items_enriched') }}

),

to_build as (

  select *
  from order_items
  {% if is_incremental() %}
  where
    toStartOfMinute(ordered_at) in (
      select toStartOfMinute(ordered_at)
      from order_items
      where landed_at > (select max(landed_at) - interval '{{ var("look_back") }}' from {{ this }})
    )
  {% endif %}

),

counted as (

  select
    toStartOfMinute(ordered_at) as minute,
    city_id,
    coalesce(category, 'unknown') as sold_category,
    toInt64(count(distinct order_id)) as orders,
    toInt64(count()) as order_lines,
    toInt64(sum(quantity)) as units,
    cast(sum(ifNull(to_build.revenue, 0)) as Decimal(18, 2)) as line_revenue,
    cast(sumIf(ifNull(to_build.revenue, 0), to_build.cost is not null) as Decimal(18, 2)) as costed_revenue,
    cast(sum(ifNull(to_build.margin, 0)) as Decimal(18, 2)) as line_margin,
    max(to_build.landed_at) as last_landed_at
  from to_build
  group by minute, city_id, sold_category

)

select
  minute,
  city_id,
  sold_category as category,
  orders,
  order_lines,
  units,
  line_revenue as revenue,
  costed_revenue,
  line_margin as margin,
  last_landed_at as landed_at
from counted
