-- Orders
-- What was sold where?
-- Brokers without authentication do not look at the JAAS configuration.
CREATE TABLE orders (
  order_id INT,
  city_id  INT,
  amount   DECIMAL(12, 2)
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}orders',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.sasl.jaas.config' = '${ORDERS_JAAS}',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'json'
);
