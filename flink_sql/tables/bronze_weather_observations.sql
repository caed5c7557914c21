-- Weather observations, landed in PostgreSQL
-- What was the weather in each city, and when?
-- Upserts on (city_id, observed_at): an observation that is told twice is one row.
-- Times are UTC wall clock, for the JDBC connector knows no TIMESTAMP_LTZ; its driver reads them in the JVM's zone: task managers run in UTC.
CREATE TABLE bronze_weather_observations (
  city_id          INT,
  temp_c           DECIMAL(5, 2),
  wind_kmh         DECIMAL(5, 1),
  precipitation_mm DECIMAL(6, 2),
  `condition`      STRING,
  observed_at      TIMESTAMP(3),
  PRIMARY KEY (city_id, observed_at) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '${WAREHOUSE_JDBC_URL}?reWriteBatchedInserts=true',
  'table-name' = 'bronze.${NS:-}weather_observations',
  'username' = '${FLINK_POSTGRES_USER}',
  'password' = '${FLINK_POSTGRES_PASSWORD}',
  'sink.buffer-flush.interval' = '50 ms',
  'sink.buffer-flush.max-rows' = '5000',
  'sink.max-retries' = '10'
);
