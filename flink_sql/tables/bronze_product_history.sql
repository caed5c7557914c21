-- History of products, landed in PostgreSQL
-- Which price, cost and reorder point did a product have, and since when?
-- Upserts on the change's place in its topic: a replay after a failure changes nothing.
-- Times are UTC wall clock, for the JDBC connector knows no TIMESTAMP_LTZ; its driver reads them in the JVM's zone: task managers run in UTC.
CREATE TABLE bronze_product_history (
  source_partition INT,
  source_offset    BIGINT,
  op               STRING,
  product_id       INT,
  sku              STRING,
  name             STRING,
  category         STRING,
  supplier_id      INT,
  unit_cost        DECIMAL(12, 2),
  list_price       DECIMAL(12, 2),
  weight_kg        DECIMAL(8, 3),
  reorder_point    INT,
  cold_chain       BOOLEAN,
  active           BOOLEAN,
  updated_at       TIMESTAMP(3),
  PRIMARY KEY (source_partition, source_offset) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '${WAREHOUSE_JDBC_URL}?reWriteBatchedInserts=true',
  'table-name' = 'bronze.${NS:-}product_history',
  'username' = '${FLINK_POSTGRES_USER}',
  'password' = '${FLINK_POSTGRES_PASSWORD}',
  'sink.buffer-flush.interval' = '50 ms',
  'sink.buffer-flush.max-rows' = '5000',
  'sink.max-retries' = '10'
);
