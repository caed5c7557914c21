-- Orders
-- What was ordered?
CREATE STREAM orders (
  order_id VARCHAR KEY,
  city_id INTEGER,
  amount DECIMAL(12, 2)
) WITH (
  KAFKA_TOPIC = 'orders',
  VALUE_FORMAT = 'JSON'
);
