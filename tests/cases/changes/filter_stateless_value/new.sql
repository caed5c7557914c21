-- Orders worth looking at
INSERT INTO lines
SELECT order_id, customer_id, amount, ordered_at
FROM orders_in
WHERE amount > 20;
