-- Products
-- What does the shop sell, at which cost and list price?
-- Each row as it is now; FINAL settles here what merges settle later.
CREATE VIEW ${NS:-}products AS
SELECT
  product_id,
  sku,
  name,
  category,
  supplier_id,
  unit_cost,
  list_price,
  weight_kg,
  reorder_point,
  cold_chain,
  active,
  updated_at,
  landed_at
FROM ${NS:-}products_rows FINAL;
