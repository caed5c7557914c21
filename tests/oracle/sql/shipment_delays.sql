-- Expected shipment delays
-- An order's first delivery within 7 days, against what was promised.
CREATE OR REPLACE TABLE expected.shipment_delays AS
WITH orders AS (
  SELECT DISTINCT order_id, city_id, ordered_at, promised_at FROM expected.order_items WHERE product_id > 0
),
deliveries AS (
  SELECT shipment_id, order_id, event_at AS delivered_at FROM expected.shipment_events WHERE status = 'delivered'
)
SELECT
  order_id,
  shipment_id,
  city_id,
  ordered_at,
  promised_at,
  delivered_at,
  delivered_at > promised_at AS is_late,
  greatest(0, (epoch_ms(delivered_at) - epoch_ms(promised_at)) // 60000) AS minutes_late
FROM orders
JOIN deliveries USING (order_id)
WHERE delivered_at BETWEEN ordered_at AND ordered_at + INTERVAL 7 DAY
QUALIFY row_number() OVER (PARTITION BY order_id ORDER BY delivered_at) = 1;
