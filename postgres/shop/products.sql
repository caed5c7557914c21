-- Products
-- What is sold, what does it cost, and when must it be ordered again?
-- Rows are never deleted: `active` turns false. Row 0 is the heartbeat.
CREATE TABLE products (
  product_id    integer       PRIMARY KEY,
  sku           text          NOT NULL,
  name          text          NOT NULL,
  category      text          NOT NULL,
  supplier_id   integer       NOT NULL,
  unit_cost     numeric(12,2) NOT NULL,
  list_price    numeric(12,2) NOT NULL,
  weight_kg     numeric(8,3)  NOT NULL,
  reorder_point integer       NOT NULL,
  cold_chain    boolean       NOT NULL,
  active        boolean       NOT NULL,
  updated_at    timestamptz   NOT NULL
);
