-- Latency in ClickHouse
-- The same for the tables dashboards read.
SELECT
  table_name,
  count()                                   AS rows_total,
  round(quantile(0.5)(latency_ms) / 1000, 2) AS median_s,
  round(min(latency_ms) / 1000, 2)          AS best_s
FROM (
  SELECT 'revenue_by_city_minute' AS table_name, dateDiff('ms', minute + INTERVAL 1 MINUTE, landed_at) AS latency_ms, landed_at
  FROM revenue_by_city_minute
  UNION ALL
  SELECT 'sales_per_city', dateDiff('ms', window_end, landed_at), landed_at FROM sales_per_city
  UNION ALL
  SELECT 'order_items_enriched', dateDiff('ms', ordered_at, landed_at), landed_at FROM order_items_enriched
  UNION ALL
  SELECT 'dead_letters', dateDiff('ms', record_time, landed_at), landed_at FROM dead_letters
  UNION ALL
  SELECT 'late_events', dateDiff('ms', record_time, landed_at), landed_at FROM late_events
)
WHERE landed_at > now() - INTERVAL 2 MINUTE
GROUP BY table_name
ORDER BY table_name
