-- Orders by country
INSERT INTO counts
SELECT country, COUNT(*) AS n
FROM orders_in
WHERE amount - quantity > 10
GROUP BY country;
