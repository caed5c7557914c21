-- History of purchase orders
-- How did each purchase order go on: ordered, received, complete, damaged?
-- One row a change (op: c created, u updated, r read at the first snapshot), by its place in the topic, with a purchase order as it was from `updated_at` on.
CREATE TABLE bronze.${NS:-}purchase_order_history (
  source_partition   integer        NOT NULL,
  source_offset      bigint         NOT NULL,
  op                 text           NOT NULL,
  po_id              integer        NOT NULL,
  supplier_id        integer,
  product_id         integer,
  warehouse_id       integer,
  quantity           integer,
  ordered_at         timestamptz(3),
  promised_at        timestamptz(3),
  received_at        timestamptz(3),
  received_quantity  integer,
  defective_quantity integer,
  updated_at         timestamptz(3) NOT NULL,
  landed_at          timestamptz    NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (source_partition, source_offset)
);
