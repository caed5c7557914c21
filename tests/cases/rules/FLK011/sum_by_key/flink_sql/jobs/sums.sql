-- Sums
INSERT INTO totals
SELECT city_id, SUM(amount) AS revenue
FROM orders
GROUP BY city_id;
