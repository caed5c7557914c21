-- Orders by what is looked up of their product
CREATE TABLE products (
  product_id STRING,
  name       STRING
) WITH (
  'connector' = 'jdbc',
  'url' = '${WAREHOUSE_JDBC_URL}',
  'table-name' = '${NS:-}products',
  'username' = '${FLINK_POSTGRES_USER}',
  'password' = '${FLINK_POSTGRES_PASSWORD}'
);

INSERT INTO counts
SELECT p.name, COUNT(*) AS n
FROM (SELECT *, PROCTIME() AS asked_at FROM orders_in) AS o
JOIN products FOR SYSTEM_TIME AS OF o.asked_at AS p ON o.product_id = p.product_id
GROUP BY p.name;
