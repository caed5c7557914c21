-- Orders and the names of their products
CREATE TABLE products (
  product_id STRING,
  name       STRING,
  category   STRING,
  PRIMARY KEY (product_id) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '${WAREHOUSE_JDBC_URL}',
  'table-name' = '${NS:-}products',
  'lookup.cache' = 'PARTIAL',
  'lookup.partial-cache.max-rows' = '1000',
  'lookup.partial-cache.expire-after-write' = '1 min',
  'username' = '${FLINK_POSTGRES_USER}',
  'password' = '${FLINK_POSTGRES_PASSWORD}'
);

INSERT INTO lines
SELECT o.order_id, p.name, o.amount, o.ordered_at
FROM (SELECT *, PROCTIME() AS asked_at FROM orders_in) AS o
LEFT JOIN products FOR SYSTEM_TIME AS OF o.asked_at AS p ON o.product_id = p.product_id;
