-- Warehouses: the rows
-- Where does the shop keep its stock?
-- One row a warehouse: the message with the highest offset wins.
CREATE TABLE ${NS:-}warehouses_rows (
  warehouse_id Int32,
  name         Nullable(String),
  city_id      Nullable(Int32),
  capacity     Nullable(Int32),
  updated_at   DateTime64(3, 'UTC'),
  version      UInt64,
  is_deleted   UInt8,
  landed_at    DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
) ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY warehouse_id;
