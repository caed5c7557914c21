-- Current inventory levels
-- How much of each product does each warehouse hold?
-- The sum of all movements. Closing markers have product 0.
CREATE VIEW current_inventory_levels AS
SELECT
  warehouse_id,
  product_id,
  SUM(CAST(delta AS BIGINT))                AS `level`,
  MAX(CAST(changed_at AS TIMESTAMP_LTZ(3))) AS last_changed_at
FROM stock_movements_typed
WHERE product_id > 0
GROUP BY warehouse_id, product_id;
