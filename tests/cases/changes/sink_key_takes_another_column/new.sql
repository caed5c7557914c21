-- The newest visit
CREATE TABLE visits (
  user_id STRING,
  page    STRING,
  n       BIGINT,
  PRIMARY KEY (page) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = '${NS:-}visits',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'key.format' = 'json',
  'value.format' = 'json'
);

INSERT INTO visits
SELECT page, user_id, CAST(ms AS BIGINT) AS n
FROM clicks;
