-- Back
INSERT INTO orders
SELECT order_id, city_id, amount, ordered_at
FROM copies;
