-- Looks at each page
CREATE TABLE clicks (
  page STRING
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}clicks',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'scan.startup.mode' = 'earliest-offset',
  'value.format' = 'json'
);

INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
GROUP BY page;
