-- Totals
CREATE TABLE totals (
  city_id  INT,
  order_id STRING,
  revenue  DECIMAL(38, 2)
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}totals',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'key.format' = 'json',
  'key.fields' = 'city_id',
  'value.format' = 'debezium-json'
);
