-- Large orders
CREATE VIEW large_orders AS
SELECT order_id, city_id, amount, ordered_at
FROM orders
WHERE amount > 100;
