-- Seen
CREATE TABLE seen (
  city_id  BIGINT,
  amount   DECIMAL(14, 4),
  order_id STRING
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}copies',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'format' = 'json',
  'scan.startup.mode' = 'earliest-offset'
);
