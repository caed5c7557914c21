-- Top products per city and day, landed in PostgreSQL
-- Which three products earn most in each city today?
-- Upserts on (city_id, day, rank): whoever takes a rank overwrites who held it, and a replay after a failure writes the same row again and changes nothing.
CREATE TABLE bronze_top_products_per_city (
  city_id    INT,
  `day`      DATE,
  `rank`     BIGINT,
  product_id INT,
  revenue    DECIMAL(14, 2),
  items      BIGINT,
  PRIMARY KEY (city_id, `day`, `rank`) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '${WAREHOUSE_JDBC_URL}?reWriteBatchedInserts=true',
  'table-name' = 'bronze.${NS:-}top_products_per_city',
  'username' = '${FLINK_POSTGRES_USER}',
  'password' = '${FLINK_POSTGRES_PASSWORD}',
  'sink.buffer-flush.interval' = '50 ms',
  'sink.buffer-flush.max-rows' = '5000',
  'sink.max-retries' = '10'
);
