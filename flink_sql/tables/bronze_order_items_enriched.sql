-- Order lines, enriched, landed in PostgreSQL
-- What was sold to whom, by whom and where, and what did it earn?
-- Upserts on (order_id, line_no): a replay after a failure writes the same row again and changes nothing.
-- Times are UTC wall clock, for the JDBC connector knows no TIMESTAMP_LTZ; its driver reads them in the JVM's zone: task managers run in UTC.
CREATE TABLE bronze_order_items_enriched (
  order_id            STRING,
  line_no             INT,
  ordered_at          TIMESTAMP(3),
  channel             STRING,
  city_id             INT,
  city                STRING,
  country_code        STRING,
  customer_id         INT,
  customer            STRING,
  segment             STRING,
  salesperson_id      INT,
  salesperson         STRING,
  team                STRING,
  salesperson_country STRING,
  product_id          INT,
  product             STRING,
  category            STRING,
  supplier_id         INT,
  quantity            INT,
  unit_price          DECIMAL(12, 2),
  list_price          DECIMAL(12, 2),
  unit_cost           DECIMAL(12, 2),
  revenue             DECIMAL(14, 2),
  cost                DECIMAL(14, 2),
  margin              DECIMAL(14, 2),
  PRIMARY KEY (order_id, line_no) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '${WAREHOUSE_JDBC_URL}?reWriteBatchedInserts=true',
  'table-name' = 'bronze.${NS:-}order_items_enriched',
  'username' = '${FLINK_POSTGRES_USER}',
  'password' = '${FLINK_POSTGRES_PASSWORD}',
  'sink.buffer-flush.interval' = '50 ms',
  'sink.buffer-flush.max-rows' = '5000',
  'sink.max-retries' = '10'
);
