-- Named
CREATE TABLE bronze.${NS:-}named (
  order_id text NOT NULL,
  name     text NOT NULL,
  PRIMARY KEY (order_id)
);
