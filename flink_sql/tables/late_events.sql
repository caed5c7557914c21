-- Late events
-- Which good records came too late to be counted?
-- Lateness is judged once, when a topic is parsed; key and value are the exact bytes that arrived.
CREATE TABLE late_events (
  source_topic     STRING,
  source_partition INT,
  source_offset    BIGINT,
  record_time      TIMESTAMP_LTZ(3),
  event_time       TIMESTAMP_LTZ(3),
  key_bytes        BYTES,
  value_bytes      BYTES,
  job              STRING
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}late_events',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.group.id' = '${NS:-}land_late_events',
  'properties.isolation.level' = 'read_committed',
  'properties.linger.ms' = '100',
  'properties.compression.type' = 'lz4',
  'properties.max.request.size' = '8388608',
  'properties.transaction.timeout.ms' = '86400000',
  'scan.startup.mode' = 'earliest-offset',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601',
  'sink.partitioner' = 'fixed',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transaction-naming-strategy' = 'POOLING',
  'sink.transactional-id-prefix' = '${NS:-}parse_orders-late_events'
);
