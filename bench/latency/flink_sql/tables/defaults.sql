-- Passed events, the connector's defaults
-- How long does a row need to ClickHouse with the connector's defaults?
-- Nothing is set that need not be.
CREATE TABLE defaults (
  id           BIGINT,
  city_id      INT,
  amount       DECIMAL(12, 2),
  scheduled_ms BIGINT
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}defaults',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'value.format' = 'json'
);
