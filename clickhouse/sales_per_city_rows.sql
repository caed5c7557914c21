-- Sales per city over the last 15 minutes: the rows
-- Which cities sell most right now?
-- One row a city and window: the message with the highest offset wins, and one that deletes takes the row away.
CREATE TABLE ${NS:-}sales_per_city_rows (
  city_id      Int32,
  window_start DateTime64(3, 'UTC'),
  window_end   DateTime64(3, 'UTC'),
  revenue      Nullable(Decimal(14, 2)),
  orders       Int64,
  items        Int64,
  city_rank    Int64,
  version      UInt64,
  is_deleted   UInt8,
  landed_at    DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
) ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (city_id, window_end);
