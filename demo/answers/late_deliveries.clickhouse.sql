-- Late deliveries by city (ClickHouse, from the job shipment_delays)
-- Where do orders come late, and how late?
-- orders and shipments → parse jobs → shipment_delays (interval join) → topic shipment_delays → ClickHouse
SELECT
  city_id,
  count()                                       AS deliveries,
  countIf(is_late)                              AS late,
  round(100 * countIf(NOT is_late) / count(), 1) AS on_time_pct,
  max(minutes_late)                             AS worst_minutes
FROM shipment_delays
GROUP BY city_id
ORDER BY late DESC, city_id
LIMIT 10
