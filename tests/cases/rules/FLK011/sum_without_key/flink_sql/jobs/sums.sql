-- Sums
INSERT INTO totals
SELECT 0 AS city_id, SUM(amount) AS revenue
FROM orders;
