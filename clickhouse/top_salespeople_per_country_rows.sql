-- Top salespeople per country and day: the rows
-- Which three salespeople earn most in each country today?
-- One row a rank of a country and day: the message with the highest offset wins, and one that deletes takes the row away.
CREATE TABLE ${NS:-}top_salespeople_per_country_rows (
  country_code   String,
  day            Date32,
  rank           Int64,
  salesperson_id Int32,
  salesperson    Nullable(String),
  revenue        Nullable(Decimal(14, 2)),
  orders         Int64,
  version        UInt64,
  is_deleted     UInt8,
  landed_at      DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
) ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (country_code, day, rank);
