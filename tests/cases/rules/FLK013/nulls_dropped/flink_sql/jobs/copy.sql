-- Copy
SET 'table.exec.sink.not-null-enforcer' = 'DROP';
INSERT INTO copies
SELECT order_id, city_id, amount, ordered_at
FROM orders;
