-- Copy
SET 'execution.buffer-timeout.interval' = '5 ms';
INSERT INTO copies
SELECT order_id, city_id, amount, ordered_at
FROM orders;
