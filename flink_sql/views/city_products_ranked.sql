-- Products of each city and day, ranked
-- Which three products earn most in each city today?
-- Running sums by city, day and product, then ROW_NUMBER: Flink keeps the ranking up to date with every line, and sends only
-- what changes among the first three. Ties go to the lower product number.
CREATE VIEW city_products_ranked AS
WITH
  sales AS (
    SELECT
      city_id,
      CAST(ordered_at AS DATE)                           AS `day`,
      product_id,
      CAST(SUM(quantity * unit_price) AS DECIMAL(14, 2)) AS revenue,
      SUM(CAST(quantity AS BIGINT))                      AS items
    FROM order_items
    WHERE product_id > 0
    GROUP BY city_id, CAST(ordered_at AS DATE), product_id
  ),
  ranked AS (
    SELECT
      *,
      ROW_NUMBER() OVER (PARTITION BY city_id, `day` ORDER BY revenue DESC, product_id ASC) AS `rank`
    FROM sales
  )
SELECT city_id, `day`, `rank`, product_id, revenue, items
FROM ranked
WHERE `rank` <= 3;
