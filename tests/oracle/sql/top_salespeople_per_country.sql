-- Expected top salespeople per country
-- An order counts for the country its salesperson belonged to when it was made; who was unknown then counts nowhere.
CREATE OR REPLACE TABLE expected.top_salespeople_per_country AS
WITH sales AS (
  SELECT
    salespeople.country_code,
    CAST(items.ordered_at AS DATE) AS day,
    items.salesperson_id,
    max(salespeople.name) AS salesperson,
    CAST(sum(items.quantity * items.unit_price) AS DECIMAL(14, 2)) AS revenue,
    count(DISTINCT items.order_id) AS orders
  FROM expected.order_items AS items
  ASOF JOIN shop.salespeople
    ON salespeople.salesperson_id = items.salesperson_id AND salespeople.updated_at <= items.ordered_at
  WHERE items.product_id > 0
  GROUP BY ALL
)
SELECT *, row_number() OVER (PARTITION BY country_code, day ORDER BY revenue DESC, salesperson_id) AS rank
FROM sales
QUALIFY rank <= 3;
