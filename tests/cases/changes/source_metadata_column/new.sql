-- The last click of each page
CREATE TABLE clicks (
  page     STRING,
  in_topic BIGINT METADATA FROM 'partition' VIRTUAL
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}clicks',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'scan.startup.mode' = 'earliest-offset',
  'value.format' = 'json'
);

INSERT INTO counts
SELECT page, MAX(in_topic) AS n
FROM clicks
GROUP BY page;
