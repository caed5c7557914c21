-- Copies
CREATE TABLE bronze.${NS:-}copies (
  order_id   text NOT NULL,
  city_id    integer,
  amount     numeric(12, 2),
  ordered_at timestamptz,
  landed_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (order_id)
);
