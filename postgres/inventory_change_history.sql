-- Inventory change history
-- What came into stock or left it, movement by movement?
-- One row a good record, by its place in the topic it came from; nothing is ever changed.
CREATE TABLE bronze.${NS:-}inventory_change_history (
  change_id        text           NOT NULL,
  warehouse_id     integer        NOT NULL,
  product_id       integer        NOT NULL,
  delta            integer        NOT NULL,
  reason           text           NOT NULL,
  changed_at       timestamptz(3) NOT NULL,
  record_time      timestamptz(3) NOT NULL,
  source_partition integer        NOT NULL,
  source_offset    bigint         NOT NULL,
  landed_at        timestamptz    NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (source_partition, source_offset)
);
