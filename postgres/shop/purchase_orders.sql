-- Purchase orders
-- What was ordered from whom, when was it promised, and what came of it?
-- Nothing is received until `received_at` is set; it grows with every run and has no heartbeat.
CREATE TABLE purchase_orders (
  po_id              integer     PRIMARY KEY,
  supplier_id        integer     NOT NULL,
  product_id         integer     NOT NULL,
  warehouse_id       integer     NOT NULL,
  quantity           integer     NOT NULL,
  ordered_at         timestamptz NOT NULL,
  promised_at        timestamptz NOT NULL,
  received_at        timestamptz,
  received_quantity  integer,
  defective_quantity integer,
  updated_at         timestamptz NOT NULL
);
