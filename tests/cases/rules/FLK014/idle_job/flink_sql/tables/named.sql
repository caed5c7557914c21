-- Named
CREATE TABLE named (
  order_id STRING,
  name     STRING
) WITH (
  'connector' = 'blackhole'
);
