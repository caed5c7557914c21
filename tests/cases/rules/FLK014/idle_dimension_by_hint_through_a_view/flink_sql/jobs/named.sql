-- Named
INSERT INTO named
SELECT orders.order_id, known_cities.name
FROM orders
LEFT JOIN known_cities FOR SYSTEM_TIME AS OF orders.ordered_at ON known_cities.city_id = orders.city_id;
