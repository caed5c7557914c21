-- Large orders
CREATE VIEW large_orders AS
SELECT *
FROM orders
WHERE amount > 100;
