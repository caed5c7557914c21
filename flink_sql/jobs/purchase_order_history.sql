-- History of purchase orders
-- How did each purchase order go on: ordered, received, complete, damaged?
-- A plain copy of every change to PostgreSQL. Deletions hold no row; the shop never deletes. Row 0 is the heartbeat.
SET 'parallelism.default' = '1';

INSERT INTO bronze_purchase_order_history
SELECT
  source_partition,
  source_offset,
  op,
  after.po_id,
  after.supplier_id,
  after.product_id,
  after.warehouse_id,
  after.quantity,
  CAST(after.ordered_at AS TIMESTAMP(3)) AS ordered_at,
  CAST(after.promised_at AS TIMESTAMP(3)) AS promised_at,
  CAST(after.received_at AS TIMESTAMP(3)) AS received_at,
  after.received_quantity,
  after.defective_quantity,
  CAST(after.updated_at AS TIMESTAMP(3)) AS updated_at
FROM purchase_order_changes
WHERE op IN ('c', 'u', 'r') AND after.po_id > 0;
