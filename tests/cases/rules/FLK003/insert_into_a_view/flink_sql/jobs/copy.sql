-- Copy
INSERT INTO large_orders
SELECT order_id, city_id, amount, ordered_at
FROM orders;
