-- Warehouses
-- Where are the goods kept, and how much fits in?
-- Capacity is in units of goods. Row 0 is the heartbeat.
CREATE TABLE warehouses (
  warehouse_id integer     PRIMARY KEY,
  name         text        NOT NULL,
  city_id      integer     NOT NULL,
  capacity     integer     NOT NULL,
  updated_at   timestamptz NOT NULL
);
