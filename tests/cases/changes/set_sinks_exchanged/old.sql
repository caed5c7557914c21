-- Clicks by page, and by user
CREATE TABLE page_counts (
  name STRING,
  n    BIGINT,
  PRIMARY KEY (name) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = '${NS:-}page_counts',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'key.format' = 'json',
  'value.format' = 'json'
);

EXECUTE STATEMENT SET
BEGIN

INSERT INTO page_counts
SELECT page, COUNT(*) AS n
FROM clicks
GROUP BY page;

INSERT INTO counts
SELECT user_id, COUNT(*) AS n
FROM clicks
GROUP BY user_id;

END;
