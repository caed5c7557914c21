-- Late events, landed in PostgreSQL
-- Which good records came too late to be counted?
-- Upserts on the record's place in its topic: a replay after a failure changes nothing.
-- Times are UTC wall clock, for the JDBC connector knows no TIMESTAMP_LTZ; its driver reads them in the JVM's zone: task managers run in UTC.
CREATE TABLE bronze_late_events (
  source_topic     STRING,
  source_partition INT,
  source_offset    BIGINT,
  record_time      TIMESTAMP(3),
  event_time       TIMESTAMP(3),
  key_bytes        BYTES,
  value_bytes      BYTES,
  job              STRING,
  PRIMARY KEY (source_topic, source_partition, source_offset) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '${WAREHOUSE_JDBC_URL}?reWriteBatchedInserts=true',
  'table-name' = 'bronze.${NS:-}late_events',
  'username' = '${FLINK_POSTGRES_USER}',
  'password' = '${FLINK_POSTGRES_PASSWORD}',
  'sink.buffer-flush.interval' = '50 ms',
  'sink.buffer-flush.max-rows' = '5000',
  'sink.max-retries' = '10'
);
