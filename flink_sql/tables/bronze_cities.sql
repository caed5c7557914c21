-- Cities, landed in PostgreSQL
-- Where are the shop's cities, and how large are they?
-- Upserts on city_id, the newest version of each row: a replay after a failure writes the same row again and changes nothing.
-- Times are UTC wall clock, for the JDBC connector knows no TIMESTAMP_LTZ; its driver reads them in the JVM's zone: task managers run in UTC.
CREATE TABLE bronze_cities (
  city_id      INT,
  name         STRING,
  country      STRING,
  country_code STRING,
  latitude     DECIMAL(9, 6),
  longitude    DECIMAL(9, 6),
  population   INT,
  updated_at   TIMESTAMP(3),
  PRIMARY KEY (city_id) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '${WAREHOUSE_JDBC_URL}?reWriteBatchedInserts=true',
  'table-name' = 'bronze.${NS:-}cities',
  'username' = '${FLINK_POSTGRES_USER}',
  'password' = '${FLINK_POSTGRES_PASSWORD}',
  'sink.buffer-flush.interval' = '50 ms',
  'sink.buffer-flush.max-rows' = '5000',
  'sink.max-retries' = '10'
);
