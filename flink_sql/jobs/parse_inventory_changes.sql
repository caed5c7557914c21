-- Parse inventory changes
-- What becomes of every record: a typed row, a dead letter to mend, or a late event to know of?
-- Every record goes exactly one way. Bad goes before late; both are decided here and nowhere else.
-- As many subtasks as `inventory_changes` has partitions, and each writes to its own partition: the order of records survives.
SET 'parallelism.default' = '4';
SET 'pipeline.object-reuse' = 'true';
-- The topic is read once and each record judged once, however many sinks follow.
SET 'table.optimizer.reuse-optimize-block-with-digest-enabled' = 'true';

EXECUTE STATEMENT SET
BEGIN

INSERT INTO stock_movements_typed
SELECT
  change_id,
  warehouse_id,
  product_id,
  delta,
  reason,
  changed_at,
  record_time,
  source_partition,
  source_offset
FROM inventory_changes_checked
WHERE error_type IS NULL AND NOT is_late;

-- Transactions belong to one job: a shared prefix would fence another job's off.
INSERT INTO dead_letters /*+ OPTIONS('sink.transactional-id-prefix' = '${NS:-}parse_inventory_changes-dead_letters') */
SELECT
  source_topic,
  source_partition,
  source_offset,
  record_time,
  key_bytes,
  value_bytes,
  error_type,
  error_message,
  '${NS:-}parse_inventory_changes',
  CURRENT_TIMESTAMP
FROM inventory_changes_checked
WHERE error_type IS NOT NULL;

INSERT INTO late_events /*+ OPTIONS('sink.transactional-id-prefix' = '${NS:-}parse_inventory_changes-late_events') */
SELECT
  source_topic,
  source_partition,
  source_offset,
  record_time,
  changed_at,
  key_bytes,
  value_bytes,
  '${NS:-}parse_inventory_changes'
FROM inventory_changes_checked
WHERE error_type IS NULL AND is_late;

END;
