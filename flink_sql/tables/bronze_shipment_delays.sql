-- Shipment delays, landed in PostgreSQL
-- Which orders came late, and by how much?
-- Upserts on (order_id): a replay after a failure writes the same row again and changes nothing.
-- Times are UTC wall clock, for the JDBC connector knows no TIMESTAMP_LTZ; its driver reads them in the JVM's zone: task managers run in UTC.
CREATE TABLE bronze_shipment_delays (
  order_id     STRING,
  shipment_id  STRING,
  city_id      INT,
  ordered_at   TIMESTAMP(3),
  promised_at  TIMESTAMP(3),
  delivered_at TIMESTAMP(3),
  is_late      BOOLEAN,
  minutes_late BIGINT,
  PRIMARY KEY (order_id) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '${WAREHOUSE_JDBC_URL}?reWriteBatchedInserts=true',
  'table-name' = 'bronze.${NS:-}shipment_delays',
  'username' = '${FLINK_POSTGRES_USER}',
  'password' = '${FLINK_POSTGRES_PASSWORD}',
  'sink.buffer-flush.interval' = '50 ms',
  'sink.buffer-flush.max-rows' = '5000',
  'sink.max-retries' = '10'
);
