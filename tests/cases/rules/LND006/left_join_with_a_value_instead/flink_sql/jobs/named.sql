-- Named
INSERT INTO named
SELECT orders.order_id, COALESCE(cities.name, 'unknown')
FROM orders
LEFT JOIN cities FOR SYSTEM_TIME AS OF orders.ordered_at ON cities.city_id = orders.city_id;
