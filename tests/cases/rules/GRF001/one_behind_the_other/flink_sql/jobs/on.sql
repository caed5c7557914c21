-- On
INSERT INTO thirds
SELECT order_id, city_id, amount, ordered_at
FROM copies;
