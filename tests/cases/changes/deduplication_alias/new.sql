-- Each order as it is now
INSERT INTO lines
SELECT order_id, customer_id, amount, ordered_at
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY order_id ORDER BY ordered_at DESC) AS newest_first
  FROM orders_in
)
WHERE newest_first = 1;
