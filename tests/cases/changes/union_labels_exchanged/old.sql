-- How much happens of each kind
INSERT INTO counts
SELECT what, COUNT(*) AS n
FROM (
  SELECT order_id, 'here' AS what FROM orders_in
  UNION ALL
  SELECT order_id, 'there' AS what FROM payments
)
GROUP BY what;
