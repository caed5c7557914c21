-- Cities
CREATE TABLE cities (
  city_id INT,
  name STRING,
  PRIMARY KEY (city_id) NOT ENFORCED
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}cities',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'scan.startup.mode' = 'earliest-offset',
  'value.format' = 'debezium-json'
);
