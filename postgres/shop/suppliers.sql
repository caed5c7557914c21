-- Suppliers
-- Who delivers the goods, and how well are they thought of?
-- Rows are never deleted: `active` turns false. Row 0 is the heartbeat.
CREATE TABLE suppliers (
  supplier_id integer      PRIMARY KEY,
  name        text         NOT NULL,
  city_id     integer      NOT NULL,
  email       text         NOT NULL,
  rating      numeric(2,1) NOT NULL,
  active      boolean      NOT NULL,
  updated_at  timestamptz  NOT NULL
);
