-- History of products
-- Which price, cost and reorder point did a product have, and since when?
-- A plain copy of every change to PostgreSQL. Deletions hold no row; the shop never deletes. Row 0 is the heartbeat.
SET 'parallelism.default' = '1';

INSERT INTO bronze_product_history
SELECT
  source_partition,
  source_offset,
  op,
  after.product_id,
  after.sku,
  after.name,
  after.category,
  after.supplier_id,
  after.unit_cost,
  after.list_price,
  after.weight_kg,
  after.reorder_point,
  after.cold_chain,
  after.active,
  CAST(after.updated_at AS TIMESTAMP(3)) AS updated_at
FROM product_changes
WHERE op IN ('c', 'u', 'r') AND after.product_id > 0;
