-- Orders by product
INSERT INTO counts
SELECT p.name, COUNT(*) AS n
FROM (SELECT *, PROCTIME() AS asked_at FROM orders_in) AS o
JOIN products FOR SYSTEM_TIME AS OF o.asked_at AS p ON o.product_id = p.product_id
GROUP BY p.name;
