-- What happens by order: ordered and paid
INSERT INTO counts
SELECT order_id, COUNT(*) AS n
FROM (
  SELECT order_id, amount FROM orders_in
  UNION ALL
  SELECT order_id, paid AS amount FROM payments
  UNION ALL
  SELECT user_id, CAST(ms AS DECIMAL(12, 2)) AS amount FROM clicks
)
GROUP BY order_id;
