-- Expected low stock alerts
-- Stock below the reorder point that its product has now; stock that recovered has no row.
CREATE OR REPLACE TABLE expected.low_stock_alerts AS
SELECT warehouse_id, product_id, name AS product, level, reorder_point, last_changed_at
FROM expected.inventory_levels
JOIN shop_now.products USING (product_id)
WHERE level < reorder_point;
