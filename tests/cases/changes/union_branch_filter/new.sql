-- What happens by order: ordered and paid
INSERT INTO counts
SELECT order_id, COUNT(*) AS n
FROM (
  SELECT order_id, amount FROM orders_in
  UNION ALL
  SELECT order_id, paid AS amount FROM payments WHERE paid_by <> 'bank'
)
GROUP BY order_id;
