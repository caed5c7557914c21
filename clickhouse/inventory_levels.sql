-- Inventory levels
-- How much of each product does each warehouse hold?
-- The newest version of each row; FINAL settles here what merges settle later.
CREATE VIEW ${NS:-}inventory_levels AS
SELECT
  warehouse_id,
  product_id,
  level,
  last_changed_at,
  landed_at
FROM ${NS:-}inventory_levels_rows FINAL;
