-- Revenue by city and minute, landed in PostgreSQL
-- How much does each city sell, minute by minute?
-- Upserts on (city_id, minute): a replay after a failure writes the same row again and changes nothing.
-- Times are UTC wall clock, for the JDBC connector knows no TIMESTAMP_LTZ; its driver reads them in the JVM's zone: task managers run in UTC.
CREATE TABLE bronze_revenue_by_city_minute (
  city_id  INT,
  `minute` TIMESTAMP(3),
  revenue  DECIMAL(14, 2),
  orders   BIGINT,
  items    BIGINT,
  PRIMARY KEY (city_id, `minute`) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '${WAREHOUSE_JDBC_URL}?reWriteBatchedInserts=true',
  'table-name' = 'bronze.${NS:-}revenue_by_city_minute',
  'username' = '${FLINK_POSTGRES_USER}',
  'password' = '${FLINK_POSTGRES_PASSWORD}',
  'sink.buffer-flush.interval' = '50 ms',
  'sink.buffer-flush.max-rows' = '5000',
  'sink.max-retries' = '10'
);
