-- Orders paid within five minutes
INSERT INTO lines
SELECT o.order_id, p.paid_by, p.paid, o.ordered_at
FROM orders_in AS o
JOIN payments AS p
  ON o.order_id = p.order_id
  AND p.paid_at >= o.ordered_at
  AND p.paid_at <= o.ordered_at + INTERVAL '5' MINUTE;
