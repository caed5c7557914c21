-- Exchange rates
-- What was a currency worth in euro, and from when on?
-- A versioned table: the newest row of a key holds from `updated_at` on.
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
