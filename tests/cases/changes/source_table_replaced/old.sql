-- Slow clicks
CREATE TABLE clicks_again (
  user_id    STRING,
  page       STRING,
  country    STRING,
  ms         INT,
  clicked_at TIMESTAMP_LTZ(3)
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}clicks_again',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'scan.startup.mode' = 'earliest-offset',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601'
);

INSERT INTO lines
SELECT user_id, page, CAST(ms AS DECIMAL(12, 2)) AS amount, clicked_at
FROM clicks
WHERE ms > 60;
