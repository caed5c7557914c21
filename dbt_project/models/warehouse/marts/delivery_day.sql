with shipments as (

  select * from {{ ref('fct_shipment') }}

),

counted as (

  select
    delivery_date_key as date_key,
    city_key,
    count(*) as deliveries,
    count(*) filter (where not is_late) as on_time_deliveries,
    cast(sum(minutes_late) as bigint) as minutes_late
  from shipments
  where is_order_delivery
  group by 1, 2

)

select
  {{ surrogate_key(['date_key', 'city_key']) }} as delivery_day_key,
  date_key,
  city_key,
  deliveries,
  on_time_deliveries,
  minutes_late,
  {{ kpi('on_time_share') }} as on_time_share,
  {{ kpi('average_delay_minutes') }} as average_delay_minutes
from counted
group by date_key, city_key, deliveries, on_time_deliveries, minutes_late
