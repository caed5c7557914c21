-- How deep in the topic the clicks of each page lie
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
SELECT page, SUM(in_topic + 1) AS n
FROM clicks
GROUP BY page;
