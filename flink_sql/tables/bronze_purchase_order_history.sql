-- History of purchase orders, landed in PostgreSQL
-- How did each purchase order go on: ordered, received, complete, damaged?
-- Upserts on the change's place in its topic: a replay after a failure changes nothing.
-- Times are UTC wall clock, for the JDBC connector knows no TIMESTAMP_LTZ; its driver reads them in the JVM's zone: task managers run in UTC.
CREATE TABLE bronze_purchase_order_history (
  source_partition   INT,
  source_offset      BIGINT,
  op                 STRING,
  po_id              INT,
  supplier_id        INT,
  product_id         INT,
  warehouse_id       INT,
  quantity           INT,
  ordered_at         TIMESTAMP(3),
  promised_at        TIMESTAMP(3),
  received_at        TIMESTAMP(3),
  received_quantity  INT,
  defective_quantity INT,
  updated_at         TIMESTAMP(3),
  PRIMARY KEY (source_partition, source_offset) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '${WAREHOUSE_JDBC_URL}?reWriteBatchedInserts=true',
  'table-name' = 'bronze.${NS:-}purchase_order_history',
  'username' = '${FLINK_POSTGRES_USER}',
  'password' = '${FLINK_POSTGRES_PASSWORD}',
  'sink.buffer-flush.interval' = '50 ms',
  'sink.buffer-flush.max-rows' = '5000',
  'sink.max-retries' = '10'
);
