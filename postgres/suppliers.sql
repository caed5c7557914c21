-- Suppliers
-- Who supplies the shop, and how well?
-- One row a supplier, as it is now; `landed_at` keeps the time of the first landing.
CREATE TABLE bronze.${NS:-}suppliers (
  supplier_id integer        NOT NULL,
  name        text,
  city_id     integer,
  email       text,
  rating      numeric(2, 1),
  active      boolean,
  updated_at  timestamptz(3) NOT NULL,
  landed_at   timestamptz    NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (supplier_id)
);
