-- Inventory levels, for readers of changelogs
-- How much of each product does each warehouse hold?
-- Debezium envelopes (before, after, op), keyed and hash-partitioned by warehouse_id and product_id: one key's changes stay in order.
CREATE TABLE inventory_levels (
  warehouse_id    INT,
  product_id      INT,
  level           BIGINT,
  last_changed_at TIMESTAMP_LTZ(3)
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}inventory_levels',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.isolation.level' = 'read_committed',
  'properties.linger.ms' = '100',
  'properties.compression.type' = 'lz4',
  'properties.transaction.timeout.ms' = '86400000',
  'scan.startup.mode' = 'earliest-offset',
  'key.format' = 'json',
  'key.fields' = 'warehouse_id;product_id',
  'value.format' = 'debezium-json',
  'value.debezium-json.timestamp-format.standard' = 'ISO-8601',
  'sink.partitioner' = 'default',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transaction-naming-strategy' = 'POOLING',
  'sink.transactional-id-prefix' = '${NS:-}inventory_levels-inventory_levels'
);
