-- Products: the rows
-- What does the shop sell, at which cost and list price?
-- One row a product: the message with the highest offset wins.
CREATE TABLE ${NS:-}products_rows (
  product_id    Int32,
  sku           Nullable(String),
  name          Nullable(String),
  category      Nullable(String),
  supplier_id   Nullable(Int32),
  unit_cost     Nullable(Decimal(12, 2)),
  list_price    Nullable(Decimal(12, 2)),
  weight_kg     Nullable(Decimal(8, 3)),
  reorder_point Nullable(Int32),
  cold_chain    Nullable(Bool),
  active        Nullable(Bool),
  updated_at    DateTime64(3, 'UTC'),
  version       UInt64,
  is_deleted    UInt8,
  landed_at     DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
) ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY product_id;
