-- Low stock alerts: the rows
-- Which products run out, and where?
-- One row a warehouse and product: the message with the highest offset wins, and one that deletes takes the row away.
CREATE TABLE ${NS:-}low_stock_alerts_rows (
  warehouse_id    Int32,
  product_id      Int32,
  product         String,
  level           Int64,
  reorder_point   Int32,
  last_changed_at DateTime64(3, 'UTC'),
  version         UInt64,
  is_deleted      UInt8,
  landed_at       DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
) ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (warehouse_id, product_id);
