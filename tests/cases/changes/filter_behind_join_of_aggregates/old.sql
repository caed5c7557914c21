-- Orders and what was paid for them
INSERT INTO totals
SELECT o.order_id, o.n, p.total
FROM (SELECT order_id, COUNT(*) AS n FROM orders_in GROUP BY order_id) AS o
LEFT JOIN (SELECT order_id, SUM(paid) AS total FROM payments GROUP BY order_id) AS p ON o.order_id = p.order_id;
