-- Customers
-- Who buys, and from where?
-- Row 0 is the heartbeat.
CREATE TABLE customers (
  customer_id integer     PRIMARY KEY,
  name        text        NOT NULL,
  email       text        NOT NULL,
  city_id     integer     NOT NULL,
  segment     text        NOT NULL,
  updated_at  timestamptz NOT NULL
);
