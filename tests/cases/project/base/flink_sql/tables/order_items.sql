-- Order lines
CREATE TABLE order_items (
  order_id    STRING,
  city_id     INT,
  amount      DECIMAL(12, 2),
  ordered_at  TIMESTAMP_LTZ(3)
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}order_items',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.group.id' = '${NS:-}revenue_by_city',
  'value.format' = 'json',
  'sink.transactional-id-prefix' = '${NS:-}parse_orders'
);
