-- Low stock now (PostgreSQL, from the job low_stock_alerts)
-- Which products run out, and where?
-- inventory_changes → parse_inventory_changes → low_stock_alerts, joined there with the shop's products → bronze.low_stock_alerts
SELECT
  warehouse_id,
  product,
  level                                                     AS in_stock,
  reorder_point,
  to_char(last_changed_at AT TIME ZONE 'UTC', 'HH24:MI:SS') AS changed_utc
FROM bronze.low_stock_alerts
ORDER BY level - reorder_point, warehouse_id, product_id
LIMIT 10
