-- Customers
-- Who buys, and in which segment?
-- One row a customer, as it is now; `landed_at` keeps the time of the first landing.
CREATE TABLE bronze.${NS:-}customers (
  customer_id integer        NOT NULL,
  name        text,
  email       text,
  city_id     integer,
  segment     text,
  updated_at  timestamptz(3) NOT NULL,
  landed_at   timestamptz    NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (customer_id)
);
