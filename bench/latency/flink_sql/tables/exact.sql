-- Passed events, exactly once
-- How long does a row need to ClickHouse across an exactly-once topic?
-- Our settings and a transaction a checkpoint.
CREATE TABLE exact (
  id           BIGINT,
  city_id      INT,
  amount       DECIMAL(12, 2),
  scheduled_ms BIGINT
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}exact',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.linger.ms' = '0',
  'properties.compression.type' = 'lz4',
  'properties.transaction.timeout.ms' = '86400000',
  'sink.delivery-guarantee' = 'exactly-once',
  'sink.transaction-naming-strategy' = 'POOLING',
  'sink.transactional-id-prefix' = '${NS:-}pass_exact-exact',
  'value.format' = 'json'
);
