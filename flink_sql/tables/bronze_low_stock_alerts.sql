-- Low stock alerts, landed in PostgreSQL
-- Which products run out, and where?
-- Upserts on (warehouse_id, product_id): a replay after a failure writes the same row again and changes nothing.
-- Times are UTC wall clock, for the JDBC connector knows no TIMESTAMP_LTZ; its driver reads them in the JVM's zone: task managers run in UTC.
CREATE TABLE bronze_low_stock_alerts (
  warehouse_id    INT,
  product_id      INT,
  product         STRING,
  level           BIGINT,
  reorder_point   INT,
  last_changed_at TIMESTAMP(3),
  PRIMARY KEY (warehouse_id, product_id) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '${WAREHOUSE_JDBC_URL}?reWriteBatchedInserts=true',
  'table-name' = 'bronze.${NS:-}low_stock_alerts',
  'username' = '${FLINK_POSTGRES_USER}',
  'password' = '${FLINK_POSTGRES_PASSWORD}',
  'sink.buffer-flush.interval' = '50 ms',
  'sink.buffer-flush.max-rows' = '5000',
  'sink.max-retries' = '10'
);
