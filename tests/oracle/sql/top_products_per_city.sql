-- Expected top products per city
-- The three products of highest revenue in each city and UTC day.
CREATE OR REPLACE TABLE expected.top_products_per_city AS
WITH sales AS (
  SELECT
    city_id,
    CAST(ordered_at AS DATE) AS day,
    product_id,
    CAST(sum(quantity * unit_price) AS DECIMAL(14, 2)) AS revenue,
    CAST(sum(quantity) AS BIGINT) AS items
  FROM expected.order_items
  WHERE product_id > 0
  GROUP BY ALL
)
SELECT *, row_number() OVER (PARTITION BY city_id, day ORDER BY revenue DESC, product_id) AS rank
FROM sales
QUALIFY rank <= 3;
