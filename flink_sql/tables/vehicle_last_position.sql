-- Last position of each vehicle, for readers of changelogs
-- Where is each vehicle now?
-- Debezium envelopes (before, after, op), keyed and hash-partitioned by vehicle_id: one key's changes stay in order.
CREATE TABLE vehicle_last_position (
  vehicle_id   INT,
  latitude     DECIMAL(9, 6),
  longitude    DECIMAL(9, 6),
  speed_kmh    DECIMAL(5, 1),
  heading_deg  INT,
  cargo_temp_c DECIMAL(5, 2),
  measured_at  TIMESTAMP_LTZ(3)
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}vehicle_last_position',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.isolation.level' = 'read_committed',
  'properties.linger.ms' = '100',
  'properties.compression.type' = 'lz4',
  'properties.transaction.timeout.ms' = '86400000',
  'scan.startup.mode' = 'earliest-offset',
  'key.format' = 'json',
  'key.fields' = 'vehicle_id',
  'value.format' = 'debezium-json',
  'value.debezium-json.timestamp-format.standard' = 'ISO-8601',
  'sink.partitioner' = 'default',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transaction-naming-strategy' = 'POOLING',
  'sink.transactional-id-prefix' = '${NS:-}vehicle_last_position-vehicle_last_position'
);
