-- Totals
CREATE TABLE totals (
  city_id  INT,
  order_id STRING,
  revenue  DECIMAL(38, 2)
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}totals',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'value.format' = 'debezium-json'
);
