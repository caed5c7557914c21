-- History of salespeople, landed in PostgreSQL
-- For which country and team did a salesperson work, and since when?
-- Upserts on the change's place in its topic: a replay after a failure changes nothing.
-- Times are UTC wall clock, for the JDBC connector knows no TIMESTAMP_LTZ; its driver reads them in the JVM's zone: task managers run in UTC.
CREATE TABLE bronze_salesperson_history (
  source_partition INT,
  source_offset    BIGINT,
  op               STRING,
  salesperson_id   INT,
  name             STRING,
  country_code     STRING,
  team             STRING,
  active           BOOLEAN,
  updated_at       TIMESTAMP(3),
  PRIMARY KEY (source_partition, source_offset) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '${WAREHOUSE_JDBC_URL}?reWriteBatchedInserts=true',
  'table-name' = 'bronze.${NS:-}salesperson_history',
  'username' = '${FLINK_POSTGRES_USER}',
  'password' = '${FLINK_POSTGRES_PASSWORD}',
  'sink.buffer-flush.interval' = '50 ms',
  'sink.buffer-flush.max-rows' = '5000',
  'sink.max-retries' = '10'
);
