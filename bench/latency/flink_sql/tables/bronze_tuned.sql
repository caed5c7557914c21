-- Passed events in PostgreSQL, our settings
-- How long does a row need to PostgreSQL with our settings?
-- Upserts on the event's number, as every landing of the worked example.
CREATE TABLE bronze_tuned (
  id           BIGINT,
  city_id      INT,
  amount       DECIMAL(12, 2),
  scheduled_ms BIGINT,
  PRIMARY KEY (id) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '${WAREHOUSE_JDBC_URL}?reWriteBatchedInserts=true',
  'table-name' = 'bronze.${NS:-}tuned',
  'username' = '${FLINK_POSTGRES_USER}',
  'password' = '${FLINK_POSTGRES_PASSWORD}',
  'sink.buffer-flush.interval' = '50 ms',
  'sink.buffer-flush.max-rows' = '5000',
  'sink.max-retries' = '10'
);
