-- Places by name
CREATE TABLE ranked (
  name  STRING,
  place BIGINT,
  item  STRING,
  n     BIGINT,
  PRIMARY KEY (name, place) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = '${NS:-}ranked',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.isolation.level' = 'read_committed',
  'key.format' = 'json',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601'
);
