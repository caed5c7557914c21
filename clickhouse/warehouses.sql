-- Warehouses
-- Where does the shop keep its stock?
-- Each row as it is now; FINAL settles here what merges settle later.
CREATE VIEW ${NS:-}warehouses AS
SELECT
  warehouse_id,
  name,
  city_id,
  capacity,
  updated_at,
  landed_at
FROM ${NS:-}warehouses_rows FINAL;
