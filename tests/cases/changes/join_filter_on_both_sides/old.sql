-- Orders and what was paid for them
INSERT INTO lines
SELECT o.order_id, o.customer_id, p.paid, o.ordered_at
FROM orders_in AS o
JOIN payments AS p ON o.order_id = p.order_id AND o.amount >= p.paid;
