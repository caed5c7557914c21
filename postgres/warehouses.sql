-- Warehouses
-- Where does the shop keep its stock?
-- One row a warehouse, as it is now; `landed_at` keeps the time of the first landing.
CREATE TABLE bronze.${NS:-}warehouses (
  warehouse_id integer        NOT NULL,
  name         text,
  city_id      integer,
  capacity     integer,
  updated_at   timestamptz(3) NOT NULL,
  landed_at    timestamptz    NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (warehouse_id)
);
