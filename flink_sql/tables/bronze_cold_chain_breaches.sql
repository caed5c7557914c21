-- Cold chain breaches, landed in PostgreSQL
-- When was cold cargo too warm, for how long, and how warm?
-- Upserts on (vehicle_id, started_at): a replay after a failure writes the same row again and changes nothing.
-- Times are UTC wall clock, for the JDBC connector knows no TIMESTAMP_LTZ; its driver reads them in the JVM's zone: task managers run in UTC.
CREATE TABLE bronze_cold_chain_breaches (
  vehicle_id INT,
  started_at TIMESTAMP(3),
  ended_at   TIMESTAMP(3),
  readings   BIGINT,
  max_temp_c DECIMAL(5, 2),
  duration_s BIGINT,
  PRIMARY KEY (vehicle_id, started_at) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '${WAREHOUSE_JDBC_URL}?reWriteBatchedInserts=true',
  'table-name' = 'bronze.${NS:-}cold_chain_breaches',
  'username' = '${FLINK_POSTGRES_USER}',
  'password' = '${FLINK_POSTGRES_PASSWORD}',
  'sink.buffer-flush.interval' = '50 ms',
  'sink.buffer-flush.max-rows' = '5000',
  'sink.max-retries' = '10'
);
