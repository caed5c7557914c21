-- Parse orders
SET 'parallelism.default' = '4';
INSERT INTO order_items
SELECT order_id, city_id, amount, record_time
FROM good_orders;
