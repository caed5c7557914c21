-- Orders and the names of their products
INSERT INTO lines
SELECT /*+ LOOKUP('table' = 'p', 'retry-predicate' = 'lookup_miss', 'retry-strategy' = 'fixed_delay', 'fixed-delay' = '1 s', 'max-attempts' = '2') */ o.order_id, p.name, o.amount, o.ordered_at
FROM (SELECT *, PROCTIME() AS asked_at FROM orders_in) AS o
LEFT JOIN products FOR SYSTEM_TIME AS OF o.asked_at AS p ON o.product_id = p.product_id;
