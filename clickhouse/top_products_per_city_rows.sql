-- Top products per city and day: the rows
-- Which three products earn most in each city today?
-- One row a rank of a city and day: the message with the highest offset wins, and one that deletes takes the row away.
CREATE TABLE ${NS:-}top_products_per_city_rows (
  city_id    Int32,
  day        Date32,
  rank       Int64,
  product_id Int32,
  revenue    Nullable(Decimal(14, 2)),
  items      Int64,
  version    UInt64,
  is_deleted UInt8,
  landed_at  DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
) ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (city_id, day, rank);
