-- Salespeople of each country and day, ranked
-- Which three salespeople earn most in each country today?
-- Lines of one order share `ordered_at`, so a window of one second sees whole orders: it counts them, forgets their ids, and what
-- is summed up over the day stays small. ROW_NUMBER keeps the ranking up to date; ties go to the lower number.
CREATE VIEW country_salespeople_ranked AS
WITH
  seconds AS (
    SELECT
      country_code,
      CAST(window_start AS DATE) AS `day`,
      salesperson_id,
      MAX(salesperson)           AS salesperson,
      SUM(revenue)               AS revenue,
      COUNT(DISTINCT order_id)   AS orders
    FROM TABLE(TUMBLE(TABLE order_lines_by_country, DESCRIPTOR(ordered_at), INTERVAL '1' SECOND))
    GROUP BY country_code, salesperson_id, window_start, window_end
  ),
  days AS (
    SELECT
      country_code,
      `day`,
      salesperson_id,
      MAX(salesperson)                     AS salesperson,
      CAST(SUM(revenue) AS DECIMAL(14, 2)) AS revenue,
      SUM(orders)                          AS orders
    FROM seconds
    GROUP BY country_code, `day`, salesperson_id
  ),
  ranked AS (
    SELECT
      *,
      ROW_NUMBER() OVER (PARTITION BY country_code, `day` ORDER BY revenue DESC, salesperson_id ASC) AS `rank`
    FROM days
  )
SELECT country_code, `day`, `rank`, salesperson_id, salesperson, revenue, orders
FROM ranked
WHERE `rank` <= 3;
