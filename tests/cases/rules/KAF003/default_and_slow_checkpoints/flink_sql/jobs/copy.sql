-- Copy
SET 'execution.checkpointing.timeout' = '2 h';
INSERT INTO copies
SELECT order_id, city_id, amount, ordered_at
FROM orders;
