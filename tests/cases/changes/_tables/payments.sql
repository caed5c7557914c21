-- Payments
-- Which order was paid, how and how much?
-- Rows come up to 5 seconds late.
CREATE TABLE payments (
  payment_id STRING,
  order_id   STRING,
  paid_by    STRING,
  paid       DECIMAL(12, 2),
  paid_at    TIMESTAMP_LTZ(3),
  WATERMARK FOR paid_at AS paid_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}payments',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'scan.parallelism' = '1',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601'
);
