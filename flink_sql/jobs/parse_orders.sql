-- Parse orders
-- What becomes of every record: order lines to count, a dead letter to mend, or a late event to know of?
-- Every record goes exactly one way. Bad goes before late; both are decided here and nowhere else.
-- As many subtasks as `orders` has partitions, and each writes to its own partition: the order of records survives.
SET 'parallelism.default' = '4';
SET 'pipeline.object-reuse' = 'true';
-- The topic is read once and each record judged once, however many sinks follow.
SET 'table.optimizer.reuse-optimize-block-with-digest-enabled' = 'true';

EXECUTE STATEMENT SET
BEGIN

INSERT INTO order_items
SELECT
  order_id,
  TRY_CAST(REGEXP_SUBSTR(line, '(?<="line_no":)-?[0-9]+') AS INT),
  customer_id,
  salesperson_id,
  city_id,
  channel,
  TRY_CAST(REGEXP_SUBSTR(line, '(?<="product_id":")[0-9]+') AS INT),
  TRY_CAST(REGEXP_SUBSTR(line, '(?<="quantity":)-?[0-9]+') AS INT),
  TRY_CAST(REGEXP_SUBSTR(line, '(?<="unit_price":)[^}]+') AS DECIMAL(12, 2)),
  ordered_at,
  promised_at,
  record_time,
  source_partition,
  source_offset
FROM orders_checked
CROSS JOIN UNNEST(line_objects) AS lines (line)
WHERE error_type IS NULL AND NOT is_late;

INSERT INTO dead_letters
SELECT
  source_topic,
  source_partition,
  source_offset,
  record_time,
  key_bytes,
  value_bytes,
  error_type,
  error_message,
  '${NS:-}parse_orders',
  CURRENT_TIMESTAMP
FROM orders_checked
WHERE error_type IS NOT NULL;

INSERT INTO late_events
SELECT
  source_topic,
  source_partition,
  source_offset,
  record_time,
  ordered_at,
  key_bytes,
  value_bytes,
  '${NS:-}parse_orders'
FROM orders_checked
WHERE error_type IS NULL AND is_late;

END;
