-- Sales per city over the last 15 minutes, for readers of changelogs
-- Which cities sell most right now?
-- Debezium envelopes, keyed and hash-partitioned by city and window: one key's changes stay in order.
CREATE TABLE sales_per_city (
  city_id      INT,
  window_start TIMESTAMP_LTZ(3),
  window_end   TIMESTAMP_LTZ(3),
  revenue      DECIMAL(14, 2),
  orders       BIGINT,
  items        BIGINT,
  city_rank    BIGINT
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}sales_per_city',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.isolation.level' = 'read_committed',
  'properties.linger.ms' = '100',
  'properties.compression.type' = 'lz4',
  'properties.transaction.timeout.ms' = '86400000',
  'scan.startup.mode' = 'earliest-offset',
  'key.format' = 'json',
  'key.fields' = 'city_id;window_end',
  'key.json.timestamp-format.standard' = 'ISO-8601',
  'value.format' = 'debezium-json',
  'value.debezium-json.timestamp-format.standard' = 'ISO-8601',
  'sink.partitioner' = 'default',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transaction-naming-strategy' = 'POOLING',
  'sink.transactional-id-prefix' = '${NS:-}sales_per_city-sales_per_city'
);
