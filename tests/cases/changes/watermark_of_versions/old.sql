-- Orders in euro, at the rate of their time
CREATE TABLE rates (
  currency   STRING,
  rate       DECIMAL(12, 4),
  updated_at TIMESTAMP_LTZ(3),
  PRIMARY KEY (currency) NOT ENFORCED,
  WATERMARK FOR updated_at AS updated_at - INTERVAL '1' SECOND
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = '${NS:-}rates',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.isolation.level' = 'read_committed',
  'key.format' = 'raw',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601'
);

INSERT INTO lines
SELECT o.order_id, o.customer_id, CAST(o.amount * r.rate AS DECIMAL(12, 2)) AS amount, o.ordered_at
FROM orders_in AS o
JOIN rates FOR SYSTEM_TIME AS OF o.ordered_at AS r ON o.currency = r.currency;
