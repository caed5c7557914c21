-- Clicks
-- Who looked at which page, and how long did it take to load?
-- A user always clicks from the same country; rows come up to 5 seconds late.
CREATE TABLE clicks (
  user_id    STRING,
  page       STRING,
  country    STRING,
  ms         INT,
  clicked_at TIMESTAMP_LTZ(3),
  WATERMARK FOR clicked_at AS clicked_at - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}clicks',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'scan.parallelism' = '1',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601'
);
