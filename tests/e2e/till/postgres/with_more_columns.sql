-- Orders, landed
-- Which orders are in the ledger?
-- A column is added by hand.
CREATE TABLE bronze.${NS:-}with_more_columns (
  order_id integer        NOT NULL,
  amount   numeric(12, 2),
  PRIMARY KEY (order_id)
);
