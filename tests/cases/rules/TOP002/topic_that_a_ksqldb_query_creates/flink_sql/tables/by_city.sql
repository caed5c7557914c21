-- Copies
CREATE TABLE by_city (
  city_id INT
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}by_city',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'properties.group.id' = '${NS:-}copy',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'json'
);
