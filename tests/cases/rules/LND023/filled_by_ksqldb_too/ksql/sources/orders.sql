-- Orders
CREATE STREAM ${NS:-}orders (
  order_id VARCHAR,
  seen BOOLEAN
) WITH (
  KAFKA_TOPIC = '${NS:-}orders',
  VALUE_FORMAT = 'JSON'
);
