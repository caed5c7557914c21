-- Copy
SET 'execution.checkpointing.interval' = '1 s';
INSERT INTO copies
SELECT order_id, city_id, amount, ordered_at
FROM orders;
