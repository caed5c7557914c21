-- Revenue by city, as a changelog
CREATE TABLE revenue_by_city (
  city_id INT,
  revenue DECIMAL(14, 2)
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}revenue_by_city',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'key.format' = 'json',
  'key.fields' = 'city_id',
  'value.format' = 'debezium-json'
);
