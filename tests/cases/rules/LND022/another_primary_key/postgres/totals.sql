-- Totals
CREATE TABLE bronze.${NS:-}totals (
  city_id  integer NOT NULL,
  order_id text,
  revenue  numeric(38, 2),
  PRIMARY KEY (city_id)
);
