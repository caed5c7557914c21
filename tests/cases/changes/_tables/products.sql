-- Products
-- What is a product called, and of which category is it?
-- Looked up in PostgreSQL row by row; postgres/products.sql holds its rows.
CREATE TABLE products (
  product_id STRING,
  name       STRING,
  category   STRING,
  PRIMARY KEY (product_id) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '${WAREHOUSE_JDBC_URL}',
  'table-name' = '${NS:-}products',
  'username' = '${FLINK_POSTGRES_USER}',
  'password' = '${FLINK_POSTGRES_PASSWORD}'
);
