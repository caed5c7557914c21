-- Vehicle positions, typed
-- Where was each vehicle, how fast, and how cold its cargo?
-- One row a record; the watermark follows the record time, so however long the backlog no row is late for a later operator. Without cold cargo `cargo_temp_c` is NULL.
CREATE TABLE positions (
  vehicle_id       INT,
  latitude         DECIMAL(9, 6),
  longitude        DECIMAL(9, 6),
  speed_kmh        DECIMAL(5, 1),
  heading_deg      INT,
  cargo_temp_c     DECIMAL(5, 2),
  measured_at      TIMESTAMP_LTZ(3),
  record_time      TIMESTAMP_LTZ(3),
  source_partition INT,
  source_offset    BIGINT,
  WATERMARK FOR measured_at AS record_time - INTERVAL '10' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}positions',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.isolation.level' = 'read_committed',
  'properties.linger.ms' = '100',
  'properties.batch.size' = '131072',
  'properties.compression.type' = 'lz4',
  'properties.max.request.size' = '8388608',
  'properties.transaction.timeout.ms' = '86400000',
  'scan.startup.mode' = 'earliest-offset',
  'key.format' = 'raw',
  'key.fields' = 'vehicle_id',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601',
  'sink.partitioner' = 'fixed',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transaction-naming-strategy' = 'POOLING',
  'sink.transactional-id-prefix' = '${NS:-}parse_vehicle_positions-positions'
);
