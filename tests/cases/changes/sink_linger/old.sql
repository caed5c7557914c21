-- Clicks by user, and the time they took
CREATE TABLE changes (
  name  STRING,
  n     BIGINT,
  total DECIMAL(38, 2)
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}changes',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.isolation.level' = 'read_committed',
  'scan.startup.mode' = 'earliest-offset',
  'key.format' = 'json',
  'key.fields' = 'name',
  'value.format' = 'debezium-json',
  'value.debezium-json.timestamp-format.standard' = 'ISO-8601'
);

INSERT INTO changes
SELECT user_id, COUNT(*) AS n, CAST(SUM(ms) AS DECIMAL(38, 2)) AS total
FROM clicks
GROUP BY user_id;
