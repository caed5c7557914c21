-- Revenue by city and minute, for readers of changelogs
-- How much does each city sell, minute by minute?
-- Debezium envelopes (before, after, op), keyed and hash-partitioned by city and minute: one key's changes stay in order.
CREATE TABLE revenue_by_city_minute (
  city_id  INT,
  `minute` TIMESTAMP_LTZ(3),
  revenue  DECIMAL(14, 2),
  orders   BIGINT,
  items    BIGINT
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}revenue_by_city_minute',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.isolation.level' = 'read_committed',
  'properties.linger.ms' = '100',
  'properties.compression.type' = 'lz4',
  'properties.transaction.timeout.ms' = '86400000',
  'scan.startup.mode' = 'earliest-offset',
  'key.format' = 'json',
  'key.fields' = 'city_id;minute',
  'key.json.timestamp-format.standard' = 'ISO-8601',
  'value.format' = 'debezium-json',
  'value.debezium-json.timestamp-format.standard' = 'ISO-8601',
  'sink.partitioner' = 'default',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transaction-naming-strategy' = 'POOLING',
  'sink.transactional-id-prefix' = '${NS:-}revenue_by_city_minute-revenue_by_city_minute'
);
