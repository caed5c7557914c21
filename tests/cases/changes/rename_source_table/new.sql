-- Looks at each page
CREATE TABLE page_clicks (
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
FROM page_clicks
GROUP BY page;
