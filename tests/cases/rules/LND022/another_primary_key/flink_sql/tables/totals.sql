-- Totals
CREATE TABLE totals (
  city_id  INT,
  order_id STRING,
  revenue  DECIMAL(38, 2),
  PRIMARY KEY (city_id) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '${WAREHOUSE_JDBC_URL}',
  'table-name' = 'bronze.${NS:-}totals'
);
