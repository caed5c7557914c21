-- Top salespeople per country and day, landed in PostgreSQL
-- Which three salespeople earn most in each country today?
-- Upserts on (country_code, day, rank): whoever takes a rank overwrites who held it, and a replay after a failure writes the same row again and changes nothing.
CREATE TABLE bronze_top_salespeople_per_country (
  country_code   STRING,
  `day`          DATE,
  `rank`         BIGINT,
  salesperson_id INT,
  salesperson    STRING,
  revenue        DECIMAL(14, 2),
  orders         BIGINT,
  PRIMARY KEY (country_code, `day`, `rank`) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '${WAREHOUSE_JDBC_URL}?reWriteBatchedInserts=true',
  'table-name' = 'bronze.${NS:-}top_salespeople_per_country',
  'username' = '${FLINK_POSTGRES_USER}',
  'password' = '${FLINK_POSTGRES_PASSWORD}',
  'sink.buffer-flush.interval' = '50 ms',
  'sink.buffer-flush.max-rows' = '5000',
  'sink.max-retries' = '10'
);
