-- Orders
-- What was ordered?
CREATE STREAM ${NS:-}orders (
  order_id VARCHAR KEY,
  city_id INTEGER,
  amount DECIMAL(12, 2)
) WITH (
  KAFKA_TOPIC = '${NS:-}orders',
  VALUE_FORMAT = 'JSON'
);
