-- Named
INSERT INTO named
SELECT orders.order_id, cities.name
FROM orders
JOIN cities ON cities.city_id = orders.city_id;
