-- Orders by country
INSERT INTO counts
SELECT country, COUNT(*) AS n
FROM orders_in
WHERE quantity - amount > 10
GROUP BY country;
