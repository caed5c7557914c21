-- Busy moments by page
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '1 s';
SET 'table.exec.mini-batch.size' = '100';

CREATE TABLE clicks (
  user_id    STRING,
  page       STRING,
  country    STRING,
  ms         INT,
  clicked_at TIMESTAMP_LTZ(3),
  WATERMARK FOR clicked_at AS clicked_at - INTERVAL '1' SECOND
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

INSERT INTO totals
SELECT page, COUNT(*) AS n, CAST(SUM(clicks_of_window) AS DECIMAL(38, 2)) AS total
FROM (
  SELECT page, COUNT(*) AS clicks_of_window
  FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(clicked_at), INTERVAL '2' SECOND))
  GROUP BY page, window_start, window_end
)
GROUP BY page;
