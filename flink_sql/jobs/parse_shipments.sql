-- Parse shipments
-- What becomes of every record: a typed row, a dead letter to mend, or a late event to know of?
-- Every record goes exactly one way. Bad goes before late; both are decided here and nowhere else.
-- As many subtasks as `shipments` has partitions, and each writes to its own partition: the order of records survives.
SET 'parallelism.default' = '4';
SET 'pipeline.object-reuse' = 'true';
-- The topic is read once and each record judged once, however many sinks follow.
SET 'table.optimizer.reuse-optimize-block-with-digest-enabled' = 'true';

EXECUTE STATEMENT SET
BEGIN

INSERT INTO shipment_events
SELECT
  shipment_id,
  order_id,
  warehouse_id,
  vehicle_id,
  status,
  event_at,
  record_time,
  source_partition,
  source_offset
FROM shipments_checked
WHERE error_type IS NULL AND NOT is_late;

-- Transactions belong to one job: a shared prefix would fence another job's off.
INSERT INTO dead_letters /*+ OPTIONS('sink.transactional-id-prefix' = '${NS:-}parse_shipments-dead_letters') */
SELECT
  source_topic,
  source_partition,
  source_offset,
  record_time,
  key_bytes,
  value_bytes,
  error_type,
  error_message,
  '${NS:-}parse_shipments',
  CURRENT_TIMESTAMP
FROM shipments_checked
WHERE error_type IS NOT NULL;

INSERT INTO late_events /*+ OPTIONS('sink.transactional-id-prefix' = '${NS:-}parse_shipments-late_events') */
SELECT
  source_topic,
  source_partition,
  source_offset,
  record_time,
  event_at,
  key_bytes,
  value_bytes,
  '${NS:-}parse_shipments'
FROM shipments_checked
WHERE error_type IS NULL AND is_late;

END;
