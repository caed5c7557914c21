-- Orders as they arrive
-- What exactly did the shops send, and where does each record stand in its topic?
-- Raw bytes beside Kafka's own topic, partition, offset and time, so that no record, however broken, can stop a reader.
CREATE TABLE orders (
  key_bytes        BYTES,
  value_bytes      BYTES,
  source_topic     STRING           METADATA FROM 'topic'     VIRTUAL,
  source_partition INT              METADATA FROM 'partition' VIRTUAL,
  source_offset    BIGINT           METADATA FROM 'offset'    VIRTUAL,
  record_time      TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}orders',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.group.id' = '${NS:-}parse_orders',
  'properties.isolation.level' = 'read_committed',
  'properties.fetch.min.bytes' = '65536',
  'properties.fetch.max.wait.ms' = '100',
  'scan.startup.mode' = 'earliest-offset',
  'key.format' = 'raw',
  'key.fields' = 'key_bytes',
  'value.format' = 'raw',
  'value.fields-include' = 'EXCEPT_KEY'
);
