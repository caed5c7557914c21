-- Dead letters, landed in PostgreSQL
-- Which records could not be read, and why?
-- Upserts on the record's place in its topic: a replay after a failure changes nothing.
-- Times are UTC wall clock, for the JDBC connector knows no TIMESTAMP_LTZ; its driver reads them in the JVM's zone: task managers run in UTC.
CREATE TABLE bronze_dead_letters (
  source_topic     STRING,
  source_partition INT,
  source_offset    BIGINT,
  record_time      TIMESTAMP(3),
  key_bytes        BYTES,
  value_bytes      BYTES,
  error_type       STRING,
  error_message    STRING,
  job              STRING,
  failed_at        TIMESTAMP(3),
  PRIMARY KEY (source_topic, source_partition, source_offset) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '${WAREHOUSE_JDBC_URL}?reWriteBatchedInserts=true',
  'table-name' = 'bronze.${NS:-}dead_letters',
  'username' = '${FLINK_POSTGRES_USER}',
  'password' = '${FLINK_POSTGRES_PASSWORD}',
  'sink.buffer-flush.interval' = '50 ms',
  'sink.buffer-flush.max-rows' = '5000',
  'sink.max-retries' = '10'
);
