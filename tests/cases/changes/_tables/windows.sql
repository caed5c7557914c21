-- Counts by name and window
CREATE TABLE windows (
  name         STRING,
  window_start TIMESTAMP(3),
  n            BIGINT,
  PRIMARY KEY (name, window_start) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = '${NS:-}windows',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.isolation.level' = 'read_committed',
  'key.format' = 'json',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601'
);
