-- Warehouses, landed in PostgreSQL
-- Where does the shop keep its stock?
-- Upserts on warehouse_id, the newest version of each row: a replay after a failure writes the same row again and changes nothing.
-- Times are UTC wall clock, for the JDBC connector knows no TIMESTAMP_LTZ; its driver reads them in the JVM's zone: task managers run in UTC.
CREATE TABLE bronze_warehouses (
  warehouse_id INT,
  name         STRING,
  city_id      INT,
  capacity     INT,
  updated_at   TIMESTAMP(3),
  PRIMARY KEY (warehouse_id) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '${WAREHOUSE_JDBC_URL}?reWriteBatchedInserts=true',
  'table-name' = 'bronze.${NS:-}warehouses',
  'username' = '${FLINK_POSTGRES_USER}',
  'password' = '${FLINK_POSTGRES_PASSWORD}',
  'sink.buffer-flush.interval' = '50 ms',
  'sink.buffer-flush.max-rows' = '5000',
  'sink.max-retries' = '10'
);
