-- Large orders
CREATE VIEW large_orders AS
SELECT order_id, amount
FROM orders
WHERE amount > 100;
