-- What happens by order
INSERT INTO lines
SELECT order_id, 'ordered' AS name, amount, ordered_at
FROM orders_in
UNION ALL
SELECT order_id, 'paid' AS name, paid AS amount, paid_at AS ordered_at
FROM payments;
