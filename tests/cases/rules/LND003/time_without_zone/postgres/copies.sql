-- Copies
CREATE TABLE bronze.${NS:-}copies (
  order_id   text NOT NULL,
  city_id    integer,
  amount     numeric(12, 2),
  ordered_at timestamp,
  PRIMARY KEY (order_id)
);
