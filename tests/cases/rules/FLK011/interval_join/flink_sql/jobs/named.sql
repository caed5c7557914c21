-- Named
INSERT INTO named
SELECT orders.order_id, CAST(deliveries.city_id AS STRING) AS name
FROM orders
JOIN deliveries
  ON deliveries.order_id = orders.order_id
  AND deliveries.ordered_at BETWEEN orders.ordered_at AND orders.ordered_at + INTERVAL '7' DAY;
