-- Revenue by city and minute: the rows
-- How much does each city sell, minute by minute?
-- One row a city and minute: the message with the highest offset wins, and one that deletes takes the row away.
CREATE TABLE ${NS:-}revenue_by_city_minute_rows (
  city_id    Int32,
  minute     DateTime64(3, 'UTC'),
  revenue    Nullable(Decimal(14, 2)),
  orders     Int64,
  items      Int64,
  version    UInt64,
  is_deleted UInt8,
  landed_at  DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
) ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (city_id, minute);
