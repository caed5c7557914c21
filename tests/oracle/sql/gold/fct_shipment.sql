-- Expected shipments
-- From the good shipment events; lateness is that of the delivery that counts for its order.
CREATE OR REPLACE TABLE expected.fct_shipment AS
WITH newest AS (
  SELECT * FROM expected.shipment_event_history
  QUALIFY row_number() OVER (PARTITION BY shipment_id ORDER BY event_at DESC, source_partition DESC, source_offset DESC) = 1
),
reached AS (
  PIVOT expected.shipment_event_history
  ON status IN ('created', 'dispatched', 'delivered', 'failed')
  USING min(event_at)
  GROUP BY shipment_id
)
SELECT
  key_of(shipment_id) AS shipment_key,
  shipment_id,
  newest.order_id,
  coalesce(warehouse_key, unknown()) AS warehouse_key,
  if(delays.order_id IS NULL, unknown(), city_key_of(delays.city_id)) AS city_key,
  vehicle_id,
  status,
  reached.created AS created_at,
  reached.dispatched AS dispatched_at,
  coalesce(delays.delivered_at, reached.delivered) AS delivered_at,
  reached.failed AS failed_at,
  delays.order_id IS NOT NULL AS is_order_delivery,
  delays.ordered_at,
  delays.promised_at,
  CAST(strftime(delays.delivered_at, '%Y%m%d') AS INTEGER) AS delivery_date_key,
  delays.is_late,
  delays.minutes_late
FROM newest
JOIN reached USING (shipment_id)
LEFT JOIN expected.shipment_delays AS delays USING (order_id, shipment_id)
LEFT JOIN expected.dim_warehouse USING (warehouse_id);
