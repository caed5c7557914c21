-- Copies
CREATE STREAM ${NS:-}copies (
  order_id VARCHAR,
  seen BOOLEAN
) WITH (
  KAFKA_TOPIC = '${NS:-}copies',
  VALUE_FORMAT = 'JSON'
);
