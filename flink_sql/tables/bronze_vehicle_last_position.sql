-- Last position of each vehicle, landed in PostgreSQL
-- Where is each vehicle now?
-- Upserts on (vehicle_id): a replay after a failure writes the same row again and changes nothing.
-- Times are UTC wall clock, for the JDBC connector knows no TIMESTAMP_LTZ; its driver reads them in the JVM's zone: task managers run in UTC.
CREATE TABLE bronze_vehicle_last_position (
  vehicle_id   INT,
  latitude     DECIMAL(9, 6),
  longitude    DECIMAL(9, 6),
  speed_kmh    DECIMAL(5, 1),
  heading_deg  INT,
  cargo_temp_c DECIMAL(5, 2),
  measured_at  TIMESTAMP(3),
  PRIMARY KEY (vehicle_id) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '${WAREHOUSE_JDBC_URL}?reWriteBatchedInserts=true',
  'table-name' = 'bronze.${NS:-}vehicle_last_position',
  'username' = '${FLINK_POSTGRES_USER}',
  'password' = '${FLINK_POSTGRES_PASSWORD}',
  'sink.buffer-flush.interval' = '50 ms',
  'sink.buffer-flush.max-rows' = '5000',
  'sink.max-retries' = '10'
);
