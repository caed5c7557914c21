-- Clicks by page
CREATE TABLE clicks (
  page       STRING,
  ms         INT,
  clicked_at TIMESTAMP_LTZ(3)
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}clicks',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'scan.startup.mode' = 'earliest-offset',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601'
);

INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
GROUP BY page;
