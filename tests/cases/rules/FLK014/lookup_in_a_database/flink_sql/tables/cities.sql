-- Cities
CREATE TABLE cities (
  city_id INT,
  name    STRING
) WITH (
  'connector' = 'jdbc',
  'url' = '${WAREHOUSE_JDBC_URL}',
  'table-name' = 'bronze.${NS:-}cities'
);
