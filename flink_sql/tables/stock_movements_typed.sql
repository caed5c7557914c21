-- Stock movements, typed
-- What came into stock or left it, where and why?
-- One row a record; the watermark follows the record time, so however long the backlog no row is late for a later operator.
CREATE TABLE stock_movements_typed (
  change_id        STRING,
  warehouse_id     INT,
  product_id       INT,
  delta            INT,
  reason           STRING,
  changed_at       TIMESTAMP_LTZ(3),
  record_time      TIMESTAMP_LTZ(3),
  source_partition INT,
  source_offset    BIGINT,
  WATERMARK FOR changed_at AS record_time - INTERVAL '10' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}stock_movements_typed',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.isolation.level' = 'read_committed',
  'properties.linger.ms' = '100',
  'properties.batch.size' = '131072',
  'properties.compression.type' = 'lz4',
  'properties.max.request.size' = '8388608',
  'properties.transaction.timeout.ms' = '86400000',
  'scan.startup.mode' = 'earliest-offset',
  'key.format' = 'raw',
  'key.fields' = 'product_id',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601',
  'sink.partitioner' = 'fixed',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transaction-naming-strategy' = 'POOLING',
  'sink.transactional-id-prefix' = '${NS:-}parse_inventory_changes-stock_movements_typed'
);
