-- Customers of the shop
-- Who buys, and in which segment?
-- Every change of the shop's table, as Debezium sends it: a versioned table. `updated_at` is when a version begins; a heartbeat
-- row (id 0) moves the watermark. One partition, read by one subtask: a second one would hold the watermark back for ever.
CREATE TABLE shop_customers (
  customer_id INT,
  name        STRING,
  email       STRING,
  city_id     INT,
  segment     STRING,
  updated_at  TIMESTAMP_LTZ(3),
  PRIMARY KEY (customer_id) NOT ENFORCED,
  WATERMARK FOR updated_at AS updated_at - INTERVAL '0.001' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}shop.public.customers',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'scan.parallelism' = '1',
  'value.format' = 'debezium-json',
  'value.debezium-json.timestamp-format.standard' = 'ISO-8601'
);
