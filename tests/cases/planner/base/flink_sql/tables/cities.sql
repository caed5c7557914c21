-- Cities
CREATE TABLE cities (
  city_id INT,
  name    STRING
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}cities',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'format' = 'json',
  'scan.startup.mode' = 'earliest-offset'
);
