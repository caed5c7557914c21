-- Order lines, enriched: the rows
-- What was sold to whom, by whom and where, and what did it earn?
-- One row an order line: a message read twice replaces itself.
CREATE TABLE ${NS:-}order_items_enriched_rows (
  order_id            String,
  line_no             Int32,
  ordered_at          DateTime64(3, 'UTC'),
  channel             String,
  city_id             Int32,
  city                Nullable(String),
  country_code        Nullable(String),
  customer_id         Int32,
  customer            Nullable(String),
  segment             Nullable(String),
  salesperson_id      Int32,
  salesperson         Nullable(String),
  team                Nullable(String),
  salesperson_country Nullable(String),
  product_id          Int32,
  product             Nullable(String),
  category            Nullable(String),
  supplier_id         Nullable(Int32),
  quantity            Int32,
  unit_price          Decimal(12, 2),
  list_price          Nullable(Decimal(12, 2)),
  unit_cost           Nullable(Decimal(12, 2)),
  revenue             Nullable(Decimal(14, 2)),
  cost                Nullable(Decimal(14, 2)),
  margin              Nullable(Decimal(14, 2)),
  version             UInt64,
  landed_at           DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
) ENGINE = ReplacingMergeTree(version)
ORDER BY (order_id, line_no);
