-- Order lines, enriched
-- What was sold to whom, by whom and where, and what did it earn?
-- One row an order line; what was unknown at the order's time is NULL. `landed_at` keeps the time of the first landing.
CREATE TABLE bronze.${NS:-}order_items_enriched (
  order_id            text           NOT NULL,
  line_no             integer        NOT NULL,
  ordered_at          timestamptz(3) NOT NULL,
  channel             text           NOT NULL,
  city_id             integer        NOT NULL,
  city                text,
  country_code        text,
  customer_id         integer        NOT NULL,
  customer            text,
  segment             text,
  salesperson_id      integer        NOT NULL,
  salesperson         text,
  team                text,
  salesperson_country text,
  product_id          integer        NOT NULL,
  product             text,
  category            text,
  supplier_id         integer,
  quantity            integer        NOT NULL,
  unit_price          numeric(12, 2) NOT NULL,
  list_price          numeric(12, 2),
  unit_cost           numeric(12, 2),
  revenue             numeric(14, 2),
  cost                numeric(14, 2),
  margin              numeric(14, 2),
  landed_at           timestamptz    NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (order_id, line_no)
);
