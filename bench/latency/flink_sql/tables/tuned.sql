-- Passed events, our settings
-- How long does a row need to ClickHouse with our settings?
-- At least once, for the connector's own delay only; `exact` adds transactions.
CREATE TABLE tuned (
  id           BIGINT,
  city_id      INT,
  amount       DECIMAL(12, 2),
  scheduled_ms BIGINT
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}tuned',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.linger.ms' = '0',
  'properties.compression.type' = 'lz4',
  'value.format' = 'json'
);
