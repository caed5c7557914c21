-- Inventory levels
-- How much of each product does each warehouse hold?
-- One row a warehouse and product, replaced when it changes; `landed_at` keeps the time of the first landing.
CREATE TABLE bronze.${NS:-}inventory_levels (
  warehouse_id    integer        NOT NULL,
  product_id      integer        NOT NULL,
  level           bigint         NOT NULL,
  last_changed_at timestamptz(3) NOT NULL,
  landed_at       timestamptz    NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (warehouse_id, product_id)
);
