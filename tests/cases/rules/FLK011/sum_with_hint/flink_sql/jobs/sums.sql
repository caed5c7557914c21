-- Sums
INSERT INTO totals
SELECT /*+ STATE_TTL('orders' = '7 d') */ city_id, SUM(amount) AS revenue
FROM orders
GROUP BY city_id;
