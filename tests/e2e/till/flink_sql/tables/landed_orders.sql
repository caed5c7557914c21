-- Orders, landed
-- Which orders are in the ledger?
-- The whole address is a secret, for it holds the password.
CREATE TABLE landed_orders (
  order_id INT,
  amount   DECIMAL(12, 2),
  PRIMARY KEY (order_id) NOT ENFORCED
) WITH (
  'connector' = 'jdbc',
  'url' = '${LEDGER_JDBC_URL}',
  'table-name' = 'bronze.${NS:-}with_more_columns',
  'sink.buffer-flush.interval' = '50 ms',
  'sink.max-retries' = '0'
);
