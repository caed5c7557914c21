-- Inventory levels: the rows
-- How much of each product does each warehouse hold?
-- One row a warehouse and product: the message with the highest offset wins, and one that deletes takes the row away.
CREATE TABLE ${NS:-}inventory_levels_rows (
  warehouse_id    Int32,
  product_id      Int32,
  level           Int64,
  last_changed_at DateTime64(3, 'UTC'),
  version         UInt64,
  is_deleted      UInt8,
  landed_at       DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
) ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (warehouse_id, product_id);
