-- Sums
SET 'table.exec.state.ttl' = '7 d';
INSERT INTO totals
SELECT city_id, order_id, SUM(amount) AS revenue
FROM orders
GROUP BY city_id, order_id;
