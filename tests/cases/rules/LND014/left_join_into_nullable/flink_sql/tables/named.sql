-- Named
CREATE TABLE named (
  order_id STRING,
  name     STRING
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}named',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'format' = 'json'
);
