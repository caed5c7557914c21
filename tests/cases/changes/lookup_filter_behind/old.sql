-- Orders and the names of their products
INSERT INTO lines
SELECT o.order_id, p.name, o.amount, o.ordered_at
FROM (SELECT *, PROCTIME() AS asked_at FROM orders_in) AS o
LEFT JOIN products FOR SYSTEM_TIME AS OF o.asked_at AS p ON o.product_id = p.product_id;
