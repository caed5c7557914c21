-- Named
CREATE TABLE bronze.${NS:-}named (
  order_id text NOT NULL,
  name     text,
  PRIMARY KEY (order_id)
);
