-- Copy
INSERT INTO copies
SELECT order_id AS `day`, city_id, amount, ordered_at
FROM orders;
