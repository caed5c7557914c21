-- Copy
SET 'execution.state-recovery.path' = 'file:///savepoint';
INSERT INTO copies
SELECT order_id, city_id, amount, ordered_at
FROM orders;
