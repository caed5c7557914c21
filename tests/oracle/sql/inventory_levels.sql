-- Expected inventory levels
-- All movements of a product in a warehouse, summed.
CREATE OR REPLACE TABLE expected.inventory_levels AS
SELECT
  warehouse_id,
  product_id,
  CAST(sum(delta) AS BIGINT) AS level,
  max(changed_at) AS last_changed_at
FROM expected.stock_movements_typed
WHERE product_id > 0
GROUP BY ALL;
