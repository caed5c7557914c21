-- Copy
INSERT INTO copies
SELECT order_id, city_id, amount, ordered_at
FROM orders;
