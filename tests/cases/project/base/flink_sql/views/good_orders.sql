-- Orders that can be counted
CREATE VIEW good_orders AS
SELECT order_id, city_id, amount, record_time
FROM orders
WHERE city_id <> 0;
