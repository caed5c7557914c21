-- Cities
CREATE TABLE cities (
  city_id    INT,
  name       STRING,
  updated_at TIMESTAMP_LTZ(3),
  PRIMARY KEY (city_id) NOT ENFORCED,
  WATERMARK FOR updated_at AS updated_at
) WITH (
  'connector' = 'kafka',
  'topic' = '${NS:-}cities',
  'properties.bootstrap.servers' = '${KAFKA_BOOTSTRAP}',
  'scan.startup.mode' = 'earliest-offset',
  'value.format' = 'debezium-json',
  'scan.parallelism' = '1'
);
