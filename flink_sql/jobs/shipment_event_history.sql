-- Shipment event history
-- What happened to every shipment, event by event?
-- A plain copy of the typed topic to PostgreSQL, without the closing markers.
SET 'parallelism.default' = '1';

INSERT INTO bronze_shipment_event_history
SELECT
  shipment_id,
  order_id,
  warehouse_id,
  vehicle_id,
  status,
  CAST(event_at AS TIMESTAMP(3)) AS event_at,
  CAST(record_time AS TIMESTAMP(3)) AS record_time,
  source_partition,
  source_offset
FROM shipment_events
WHERE warehouse_id > 0;
