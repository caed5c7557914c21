-- Orders
CREATE TABLE orders (
  order_id   STRING,
  city_id    INT,
  amount     DECIMAL(12, 2),
  ordered_at TIMESTAMP_LTZ(3)
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}orders',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'format' = 'json',
  'scan.startup.mode' = 'earliest-offset'
);
