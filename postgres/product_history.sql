-- History of products
-- Which price, cost and reorder point did a product have, and since when?
-- One row a change (op: c created, u updated, r read at the first snapshot), by its place in the topic, with a product as it was from `updated_at` on.
CREATE TABLE bronze.${NS:-}product_history (
  source_partition integer        NOT NULL,
  source_offset    bigint         NOT NULL,
  op               text           NOT NULL,
  product_id       integer        NOT NULL,
  sku              text,
  name             text,
  category         text,
  supplier_id      integer,
  unit_cost        numeric(12, 2),
  list_price       numeric(12, 2),
  weight_kg        numeric(8, 3),
  reorder_point    integer,
  cold_chain       boolean,
  active           boolean,
  updated_at       timestamptz(3) NOT NULL,
  landed_at        timestamptz    NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (source_partition, source_offset)
);
