-- Copy
INSERT INTO copies
WITH recent AS (
  SELECT *
  FROM orders
)
SELECT order_id, city_id, amount, ordered_at
FROM recent;
