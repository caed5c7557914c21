-- Orders as they arrive
CREATE TABLE orders (
  order_id    STRING,
  city_id     INT,
  amount      DECIMAL(12, 2),
  record_time TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}orders',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'format' = 'json'
);
