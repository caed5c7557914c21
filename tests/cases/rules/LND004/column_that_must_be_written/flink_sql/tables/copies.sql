-- Copies
CREATE TABLE copies (
  order_id   STRING,
  city_id    INT,
  amount     DECIMAL(12, 2),
  ordered_at TIMESTAMP_LTZ(3),
  PRIMARY KEY (order_id) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '${WAREHOUSE_JDBC_URL}',
  'table-name' = 'bronze.${NS:-}copies'
);
