-- Latency in PostgreSQL
-- How long after an event's scheduled time is its row there? Windows and joins wait 10 s for late events.
WITH measured AS (
  SELECT 'revenue_by_city_minute' AS table_name, landed_at - (minute + INTERVAL '1 minute') AS latency, landed_at
  FROM bronze.revenue_by_city_minute
  UNION ALL
  SELECT 'sales_per_city', landed_at - window_end, landed_at FROM bronze.sales_per_city
  UNION ALL
  SELECT 'order_items_enriched', landed_at - ordered_at, landed_at FROM bronze.order_items_enriched
  UNION ALL
  SELECT 'dead_letters', landed_at - record_time, landed_at FROM bronze.dead_letters
  UNION ALL
  SELECT 'late_events', landed_at - record_time, landed_at FROM bronze.late_events
)
SELECT
  table_name,
  COUNT(*)                                                                                        AS rows_total,
  ROUND((EXTRACT(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY latency)))::numeric, 2)   AS median_s,
  ROUND((EXTRACT(epoch FROM MIN(latency)))::numeric, 2)                                           AS best_s
FROM measured
WHERE landed_at > now() - INTERVAL '2 minutes'
GROUP BY table_name
ORDER BY table_name
