-- Copies
CREATE TABLE bronze.${NS:-}copies (
  order_id   text NOT NULL,
  city_id    integer NOT NULL,
  amount     numeric(12, 2),
  ordered_at timestamptz,
  PRIMARY KEY (order_id, city_id)
);
