-- Orders in euro, at the rate of their time
INSERT INTO lines
SELECT o.order_id, o.customer_id, CAST(o.amount * r.rate AS DECIMAL(12, 2)) AS amount, o.ordered_at
FROM orders_in AS o
JOIN rates FOR SYSTEM_TIME AS OF o.ordered_at AS r ON o.currency = r.currency;
