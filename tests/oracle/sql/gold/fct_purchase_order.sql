-- Expected purchase orders
-- As its newest change left each one.
CREATE OR REPLACE TABLE expected.fct_purchase_order AS
WITH newest AS (
  SELECT * FROM expected.purchase_order_history
  QUALIFY row_number() OVER (PARTITION BY po_id ORDER BY updated_at DESC, source_offset DESC) = 1
)
SELECT
  key_of(po_id) AS purchase_order_key,
  po_id,
  CAST(strftime(ordered_at, '%Y%m%d') AS INTEGER) AS date_key,
  coalesce(supplier_key, unknown()) AS supplier_key,
  coalesce(product_key, unknown()) AS product_key,
  coalesce(warehouse_key, unknown()) AS warehouse_key,
  quantity,
  ordered_at,
  promised_at,
  received_at,
  CAST(strftime(received_at, '%Y%m%d') AS INTEGER) AS receipt_date_key,
  received_quantity,
  defective_quantity,
  received_at IS NOT NULL AS is_received,
  received_at <= promised_at AS is_on_time
FROM newest
LEFT JOIN expected.dim_supplier USING (supplier_id)
LEFT JOIN expected.dim_warehouse USING (warehouse_id)
ASOF LEFT JOIN (FROM expected.dim_product WHERE product_id > 0) AS products
  ON products.product_id = newest.product_id AND products.valid_from <= newest.ordered_at;
