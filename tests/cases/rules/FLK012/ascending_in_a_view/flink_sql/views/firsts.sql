-- Firsts
CREATE VIEW firsts AS
SELECT order_id, city_id, amount, ordered_at
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY order_id ORDER BY amount ASC) AS n
  FROM orders
)
WHERE n = 1;
