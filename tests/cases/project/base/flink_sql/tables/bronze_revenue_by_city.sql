-- Revenue by city, landed in PostgreSQL
CREATE TABLE bronze_revenue_by_city (
  city_id INT,
  revenue DECIMAL(14, 2),
  PRIMARY KEY (city_id) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '${WAREHOUSE_JDBC_URL}?reWriteBatchedInserts=true',
  'table-name' = 'bronze.${NS:-}revenue_by_city',
  'username' = '${FLINK_POSTGRES_USER}',
  'password' = '${FLINK_POSTGRES_PASSWORD}'
);
