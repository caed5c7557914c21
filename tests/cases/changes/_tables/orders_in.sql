-- Orders
-- What was ordered, by whom and for how much?
-- An order that changes is sent again under the same order_id.
CREATE TABLE orders_in (
  order_id    STRING,
  customer_id STRING,
  product_id  STRING,
  country     STRING,
  currency    STRING,
  amount      DECIMAL(12, 2),
  quantity    INT,
  ordered_at  TIMESTAMP_LTZ(3),
  WATERMARK FOR ordered_at AS ordered_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}orders_in',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'scan.parallelism' = '1',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601'
);
