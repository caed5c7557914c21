-- Each order as it is now
INSERT INTO lines
SELECT order_id, customer_id, amount, ordered_at
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY order_id ORDER BY ordered_at DESC) AS version_no
  FROM orders_in
)
WHERE version_no = 1;
