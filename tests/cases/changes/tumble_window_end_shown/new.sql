-- Clicks by page and 2 minutes
CREATE TABLE window_counts (
  name         STRING,
  window_start TIMESTAMP(3),
  n            BIGINT,
  window_end   TIMESTAMP(3),
  PRIMARY KEY (name, window_start) NOT ENFORCED
) WITH (
  'connector' = 'upsert-kafka',
  'topic' = '${NS:-}window_counts',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'key.format' = 'json',
  'value.format' = 'json'
);

INSERT INTO window_counts
SELECT page, window_start, COUNT(*) AS n, window_end
FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(clicked_at), INTERVAL '2' MINUTE))
GROUP BY page, window_start, window_end;
