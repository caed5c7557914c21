-- Order lines, typed
-- What was sold, where, by whom and for how much?
-- One row a line; the watermark follows the record time, so however long the backlog no row is late for a later operator.
CREATE TABLE order_items (
  order_id         STRING,
  line_no          INT,
  customer_id      INT,
  salesperson_id   INT,
  city_id          INT,
  channel          STRING,
  product_id       INT,
  quantity         INT,
  unit_price       DECIMAL(12, 2),
  ordered_at       TIMESTAMP_LTZ(3),
  promised_at      TIMESTAMP_LTZ(3),
  record_time      TIMESTAMP_LTZ(3),
  source_partition INT,
  source_offset    BIGINT,
  WATERMARK FOR ordered_at AS record_time - INTERVAL '10' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}order_items',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.isolation.level' = 'read_committed',
  'properties.linger.ms' = '100',
  'properties.batch.size' = '131072',
  'properties.compression.type' = 'lz4',
  'properties.max.request.size' = '8388608',
  'properties.transaction.timeout.ms' = '86400000',
  'scan.startup.mode' = 'earliest-offset',
  'key.format' = 'raw',
  'key.fields' = 'order_id',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601',
  'sink.partitioner' = 'fixed',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transaction-naming-strategy' = 'POOLING',
  'sink.transactional-id-prefix' = '${NS:-}parse_orders-order_items'
);
