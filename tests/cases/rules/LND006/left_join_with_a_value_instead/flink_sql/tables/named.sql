-- Named
CREATE TABLE named (
  order_id STRING,
  name     STRING,
  PRIMARY KEY (order_id) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '${WAREHOUSE_JDBC_URL}',
  'table-name' = 'bronze.${NS:-}named'
);
