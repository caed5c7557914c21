-- First deliveries
-- When did each order arrive, and was that in time?
-- Interval join: a delivery counts from the order's time to 7 days after it. An order's line 1 stands for the order.
-- The first delivery is kept by a plain Top-1, not by event time: that would wait until no earlier one can come, 7 days.
-- Its order is descending on purpose: Flink 2.2 takes any ascending Top-1 for one that never changes its mind, and then the
-- delivery that turned out not to be the first is not taken back.
CREATE VIEW first_deliveries AS
SELECT
  order_id,
  shipment_id,
  city_id,
  ordered_at,
  promised_at,
  delivered_at,
  delivered_at > promised_at AS is_late,
  CASE
    WHEN delivered_at > promised_at THEN CAST(TIMESTAMPDIFF(MINUTE, promised_at, delivered_at) AS BIGINT)
    ELSE CAST(0 AS BIGINT)
  END AS minutes_late
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY order_id ORDER BY (ordered_at - delivered_at) SECOND(3) DESC) AS delivery_no
  FROM (
    SELECT
      items.order_id,
      deliveries.shipment_id,
      items.city_id,
      CAST(items.ordered_at AS TIMESTAMP_LTZ(3))    AS ordered_at,
      items.promised_at,
      CAST(deliveries.event_at AS TIMESTAMP_LTZ(3)) AS delivered_at
    FROM order_items AS items
    JOIN shipment_events AS deliveries
      ON deliveries.order_id = items.order_id
      AND deliveries.status = 'delivered'
      AND deliveries.event_at BETWEEN items.ordered_at AND items.ordered_at + INTERVAL '7' DAY
    WHERE items.line_no = 1 AND items.product_id > 0
  )
)
WHERE delivery_no = 1;
