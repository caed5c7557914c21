-- Inventory change history, landed in PostgreSQL
-- What came into stock or left it, movement by movement?
-- Upserts on the record's place in its topic: a replay after a failure changes nothing.
-- Times are UTC wall clock, for the JDBC connector knows no TIMESTAMP_LTZ; its driver reads them in the JVM's zone: task managers run in UTC.
CREATE TABLE bronze_inventory_change_history (
  change_id        STRING,
  warehouse_id     INT,
  product_id       INT,
  delta            INT,
  reason           STRING,
  changed_at       TIMESTAMP(3),
  record_time      TIMESTAMP(3),
  source_partition INT,
  source_offset    BIGINT,
  PRIMARY KEY (source_partition, source_offset) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '${WAREHOUSE_JDBC_URL}?reWriteBatchedInserts=true',
  'table-name' = 'bronze.${NS:-}inventory_change_history',
  'username' = '${FLINK_POSTGRES_USER}',
  'password' = '${FLINK_POSTGRES_PASSWORD}',
  'sink.buffer-flush.interval' = '50 ms',
  'sink.buffer-flush.max-rows' = '5000',
  'sink.max-retries' = '10'
);
