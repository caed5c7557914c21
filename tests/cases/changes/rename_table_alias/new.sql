-- Orders and what was paid for them
INSERT INTO lines
SELECT ordered.order_id, ordered.customer_id, payment.paid, ordered.ordered_at
FROM orders_in AS ordered
JOIN payments AS payment ON ordered.order_id = payment.order_id;
