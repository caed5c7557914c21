-- Passed events in PostgreSQL, the connector's defaults
-- How long does a row need to PostgreSQL with the connector's defaults?
-- Upserts on the event's number, as every landing of the worked example.
CREATE TABLE bronze_defaults (
  id           BIGINT,
  city_id      INT,
  amount       DECIMAL(12, 2),
  scheduled_ms BIGINT,
  PRIMARY KEY (id) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '${WAREHOUSE_JDBC_URL}',
  'table-name' = 'bronze.${NS:-}defaults',
  'username' = '${FLINK_POSTGRES_USER}',
  'password' = '${FLINK_POSTGRES_PASSWORD}'
);
