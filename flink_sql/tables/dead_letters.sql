-- Dead letters
-- Which records could not be read, and why?
-- Key and value are the exact bytes that arrived (base64 inside the JSON), so a record can be mended and sent again.
CREATE TABLE dead_letters (
  source_topic     STRING,
  source_partition INT,
  source_offset    BIGINT,
  record_time      TIMESTAMP_LTZ(3),
  key_bytes        BYTES,
  value_bytes      BYTES,
  error_type       STRING,
  error_message    STRING,
  job              STRING,
  failed_at        TIMESTAMP_LTZ(3)
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}dead_letters',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.group.id' = '${NS:-}land_dead_letters',
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
  'sink.transactional-id-prefix' = '${NS:-}parse_orders-dead_letters'
);
