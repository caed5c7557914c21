-- What happens by order
INSERT INTO lines
SELECT order_id, 'ordered' AS name, amount, ordered_at
FROM orders_in;
