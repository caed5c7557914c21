-- Cold chain breaches, for readers of changelogs
-- When was cold cargo too warm, for how long, and how warm?
-- Debezium envelopes (before, after, op), keyed and hash-partitioned by vehicle_id and started_at: one key's changes stay in order.
CREATE TABLE cold_chain_breaches (
  vehicle_id INT,
  started_at TIMESTAMP_LTZ(3),
  ended_at   TIMESTAMP_LTZ(3),
  readings   BIGINT,
  max_temp_c DECIMAL(5, 2),
  duration_s BIGINT
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}cold_chain_breaches',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.isolation.level' = 'read_committed',
  'properties.linger.ms' = '100',
  'properties.compression.type' = 'lz4',
  'properties.transaction.timeout.ms' = '86400000',
  'scan.startup.mode' = 'earliest-offset',
  'key.format' = 'json',
  'key.fields' = 'vehicle_id;started_at',
  'key.json.timestamp-format.standard' = 'ISO-8601',
  'value.format' = 'debezium-json',
  'value.debezium-json.timestamp-format.standard' = 'ISO-8601',
  'sink.partitioner' = 'default',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transaction-naming-strategy' = 'POOLING',
  'sink.transactional-id-prefix' = '${NS:-}cold_chain_breaches-cold_chain_breaches'
);
