-- Inventory levels, landed in PostgreSQL
-- How much of each product does each warehouse hold?
-- Upserts on (warehouse_id, product_id): a replay after a failure writes the same row again and changes nothing.
-- Times are UTC wall clock, for the JDBC connector knows no TIMESTAMP_LTZ; its driver reads them in the JVM's zone: task managers run in UTC.
CREATE TABLE bronze_inventory_levels (
  warehouse_id    INT,
  product_id      INT,
  level           BIGINT,
  last_changed_at TIMESTAMP(3),
  PRIMARY KEY (warehouse_id, product_id) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '${WAREHOUSE_JDBC_URL}?reWriteBatchedInserts=true',
  'table-name' = 'bronze.${NS:-}inventory_levels',
  'username' = '${FLINK_POSTGRES_USER}',
  'password' = '${FLINK_POSTGRES_PASSWORD}',
  'sink.buffer-flush.interval' = '50 ms',
  'sink.buffer-flush.max-rows' = '5000',
  'sink.max-retries' = '10'
);
