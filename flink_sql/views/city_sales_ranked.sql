-- Sales per city, ranked
-- Which cities sold most in the 15 minutes before each full minute?
-- A hopping event-time window counts each line in 15 windows; a window Top-N ranks the cities when a window ends, and both then
-- drop their state. The bound makes it a window Top-N and is above any number of cities, so every city keeps its rank.
CREATE VIEW city_sales_ranked AS
WITH
  sales AS (
    SELECT
      city_id,
      window_start,
      window_end,
      CAST(SUM(quantity * unit_price) AS DECIMAL(14, 2)) AS revenue,
      COUNT(DISTINCT order_id)                           AS orders,
      SUM(CAST(quantity AS BIGINT))                      AS items
    FROM TABLE(
      HOP(TABLE order_items, DESCRIPTOR(ordered_at), INTERVAL '1' MINUTE, INTERVAL '15' MINUTE)
    )
    WHERE city_id > 0
    GROUP BY city_id, window_start, window_end
  ),
  ranked AS (
    SELECT
      *,
      ROW_NUMBER() OVER (PARTITION BY window_start, window_end ORDER BY revenue DESC, city_id ASC) AS city_rank
    FROM sales
  )
SELECT
  city_id,
  CAST(window_start AS TIMESTAMP_LTZ(3)) AS window_start,
  CAST(window_end AS TIMESTAMP_LTZ(3))   AS window_end,
  revenue,
  orders,
  items,
  city_rank
FROM ranked
WHERE city_rank <= 1000000;
