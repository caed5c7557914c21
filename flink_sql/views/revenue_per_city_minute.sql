-- Revenue per city and minute
-- How much does each city sell, minute by minute?
-- Tumbling event-time window over order lines; late orders were set aside when they were parsed. Closing markers have city 0.
CREATE VIEW revenue_per_city_minute AS
SELECT
  city_id,
  CAST(window_start AS TIMESTAMP_LTZ(3))              AS `minute`,
  CAST(SUM(quantity * unit_price) AS DECIMAL(14, 2)) AS revenue,
  COUNT(DISTINCT order_id)                           AS orders,
  SUM(CAST(quantity AS BIGINT))                      AS items
FROM TABLE(TUMBLE(TABLE order_items, DESCRIPTOR(ordered_at), INTERVAL '1' MINUTE))
WHERE city_id <> 0
GROUP BY city_id, window_start, window_end;
