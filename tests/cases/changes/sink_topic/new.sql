-- Clicks by page
CREATE TABLE counts (
  name STRING,
  n    BIGINT,
  PRIMARY KEY (name) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = '${NS:-}counts_again',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.isolation.level' = 'read_committed',
  'key.format' = 'json',
  'value.format' = 'json',
  'value.json.timestamp-format.standard' = 'ISO-8601'
);

INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
WHERE ms > 30
GROUP BY page;
