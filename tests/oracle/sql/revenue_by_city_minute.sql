-- Expected revenue by city and minute
-- Minutes are tumbling windows on `ordered_at`; the closing markers' city 0 is no city.
CREATE OR REPLACE TABLE expected.revenue_by_city_minute AS
SELECT
  city_id,
  date_trunc('minute', ordered_at) AS minute,
  CAST(sum(quantity * unit_price) AS DECIMAL(14, 2)) AS revenue,
  count(DISTINCT order_id) AS orders,
  CAST(sum(quantity) AS BIGINT) AS items
FROM expected.order_items
WHERE city_id > 0
GROUP BY ALL;
