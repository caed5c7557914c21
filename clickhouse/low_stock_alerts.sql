-- Low stock alerts
-- Which products run out, and where?
-- The newest version of each row; FINAL settles here what merges settle later.
CREATE VIEW ${NS:-}low_stock_alerts AS
SELECT
  warehouse_id,
  product_id,
  product,
  level,
  reorder_point,
  last_changed_at,
  landed_at
FROM ${NS:-}low_stock_alerts_rows FINAL;
