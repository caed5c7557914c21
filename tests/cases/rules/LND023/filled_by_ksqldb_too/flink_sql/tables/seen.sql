-- Seen
CREATE TABLE seen (
  city_id INT,
  amount  DECIMAL(12, 2),
  line    STRING
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}copies',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'format' = 'json',
  'scan.startup.mode' = 'earliest-offset'
);
