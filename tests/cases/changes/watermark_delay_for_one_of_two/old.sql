-- Clicks by page, and by page and moment
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

EXECUTE STATEMENT SET
BEGIN

INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
GROUP BY page;

INSERT INTO windows
SELECT page, window_start, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(clicked_at), INTERVAL '2' SECOND))
GROUP BY page, window_start, window_end;

END;
