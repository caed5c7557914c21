-- Revenue by city: the rows
CREATE TABLE ${NS:-}revenue_by_city_rows (
  city_id    Int32,
  revenue    Decimal(14, 2),
  version    UInt64,
  is_deleted UInt8
) ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY city_id;
