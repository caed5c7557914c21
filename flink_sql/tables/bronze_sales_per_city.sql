-- Sales per city over the last 15 minutes, landed in PostgreSQL
-- Which cities sell most right now?
-- Upserts on (city_id, window_end): a replay after a failure writes the same row again and changes nothing.
-- Times are UTC wall clock, for the JDBC connector knows no TIMESTAMP_LTZ; its driver reads them in the JVM's zone: task managers run in UTC.
CREATE TABLE bronze_sales_per_city (
  city_id      INT,
  window_start TIMESTAMP(3),
  window_end   TIMESTAMP(3),
  revenue      DECIMAL(14, 2),
  orders       BIGINT,
  items        BIGINT,
  city_rank    BIGINT,
  PRIMARY KEY (city_id, window_end) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '${WAREHOUSE_JDBC_URL}?reWriteBatchedInserts=true',
  'table-name' = 'bronze.${NS:-}sales_per_city',
  'username' = '${FLINK_POSTGRES_USER}',
  'password' = '${FLINK_POSTGRES_PASSWORD}',
  'sink.buffer-flush.interval' = '50 ms',
  'sink.buffer-flush.max-rows' = '5000',
  'sink.max-retries' = '10'
);
