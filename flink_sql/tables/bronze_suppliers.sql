-- Suppliers, landed in PostgreSQL
-- Who supplies the shop, and how well?
-- Upserts on supplier_id, the newest version of each row: a replay after a failure writes the same row again and changes nothing.
-- Times are UTC wall clock, for the JDBC connector knows no TIMESTAMP_LTZ; its driver reads them in the JVM's zone: task managers run in UTC.
CREATE TABLE bronze_suppliers (
  supplier_id INT,
  name        STRING,
  city_id     INT,
  email       STRING,
  rating      DECIMAL(2, 1),
  active      BOOLEAN,
  updated_at  TIMESTAMP(3),
  PRIMARY KEY (supplier_id) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '${WAREHOUSE_JDBC_URL}?reWriteBatchedInserts=true',
  'table-name' = 'bronze.${NS:-}suppliers',
  'username' = '${FLINK_POSTGRES_USER}',
  'password' = '${FLINK_POSTGRES_PASSWORD}',
  'sink.buffer-flush.interval' = '50 ms',
  'sink.buffer-flush.max-rows' = '5000',
  'sink.max-retries' = '10'
);
