-- Low stock alerts
-- Which products run out, and where?
-- A row is there exactly while stock is below the reorder point: when it recovers, the row is deleted.
CREATE TABLE bronze.${NS:-}low_stock_alerts (
  warehouse_id    integer        NOT NULL,
  product_id      integer        NOT NULL,
  product         text           NOT NULL,
  level           bigint         NOT NULL,
  reorder_point   integer        NOT NULL,
  last_changed_at timestamptz(3) NOT NULL,
  landed_at       timestamptz    NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (warehouse_id, product_id)
);
