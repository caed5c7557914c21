-- First
SET 'table.exec.state.ttl' = '7 d';
INSERT INTO copies
SELECT order_id, city_id, amount, ordered_at
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY order_id ORDER BY amount DESC, city_id DESC) AS n
  FROM orders
)
WHERE n = 1;
