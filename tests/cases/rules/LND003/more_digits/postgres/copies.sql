-- Copies
CREATE TABLE bronze.${NS:-}copies (
  order_id   text NOT NULL,
  city_id    integer,
  amount     numeric(14, 4),
  ordered_at timestamptz,
  PRIMARY KEY (order_id)
);
