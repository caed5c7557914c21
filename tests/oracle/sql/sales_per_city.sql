-- Expected sales per city
-- A window ends with every minute and reaches 15 minutes back, so each line lies in the 15 windows that end after it.
CREATE OR REPLACE TABLE expected.sales_per_city AS
WITH lines_in_windows AS (
  SELECT *, date_trunc('minute', ordered_at) + to_minutes(ends_after) AS window_end
  FROM expected.order_items
  CROSS JOIN range(1, 16) AS minutes (ends_after)
  WHERE city_id > 0
),
sales AS (
  SELECT
    city_id,
    window_end,
    CAST(sum(quantity * unit_price) AS DECIMAL(14, 2)) AS revenue,
    count(DISTINCT order_id) AS orders,
    CAST(sum(quantity) AS BIGINT) AS items
  FROM lines_in_windows
  GROUP BY ALL
)
SELECT
  city_id,
  window_end - INTERVAL 15 MINUTE AS window_start,
  window_end,
  revenue,
  orders,
  items,
  row_number() OVER (PARTITION BY window_end ORDER BY revenue DESC, city_id) AS city_rank
FROM sales;
