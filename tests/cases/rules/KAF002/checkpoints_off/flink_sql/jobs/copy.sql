-- Copy
SET 'execution.checkpointing.interval' = '0';
INSERT INTO copies
SELECT order_id, city_id, amount, ordered_at
FROM orders;
