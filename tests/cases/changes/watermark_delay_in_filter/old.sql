-- Clicks by page, without late ones
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

INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
WHERE CURRENT_WATERMARK(clicked_at) IS NULL OR clicked_at > CURRENT_WATERMARK(clicked_at)
GROUP BY page;
