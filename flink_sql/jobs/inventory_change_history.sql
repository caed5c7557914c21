-- Inventory change history
-- What came into stock or left it, movement by movement?
-- A plain copy of the typed topic to PostgreSQL, without the closing markers.
SET 'parallelism.default' = '1';

INSERT INTO bronze_inventory_change_history
SELECT
  change_id,
  warehouse_id,
  product_id,
  delta,
  reason,
  CAST(changed_at AS TIMESTAMP(3)) AS changed_at,
  CAST(record_time AS TIMESTAMP(3)) AS record_time,
  source_partition,
  source_offset
FROM stock_movements_typed
WHERE product_id > 0;
