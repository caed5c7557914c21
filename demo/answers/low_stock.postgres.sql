-- Low stock now (PostgreSQL, from the job low_stock_alerts)
-- Which products run out, and where?
-- inventory_changes → parse_inventory_changes → low_stock_alerts, joined there with the shop's products → bronze.low_stock_alerts
SELECT
  warehouse_id,
  product_id,
  product,
  level                         AS in_stock,
  reorder_point,
  last_changed_at::timestamp(0) AS last_change_utc
FROM bronze.low_stock_alerts
ORDER BY level - reorder_point, warehouse_id, product_id
LIMIT 10
