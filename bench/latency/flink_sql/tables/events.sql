-- Events
-- What was sent, and when should it have been?
-- No watermark: nothing here waits for time to pass.
-- intended KAF004: three jobs are compared on one topic, and nobody reads their lag.
CREATE TABLE events (
  id           BIGINT,
  city_id      INT,
  amount       DECIMAL(12, 2),
  scheduled_ms BIGINT
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}events',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.group.id' = '${NS:-}bench_latency',
  'scan.startup.mode' = 'earliest-offset',
  'value.format' = 'json'
);
