-- Cities: the rows
-- Where are the shop's cities, and how large are they?
-- One row a city: the message with the highest offset wins.
CREATE TABLE ${NS:-}cities_rows (
  city_id      Int32,
  name         Nullable(String),
  country      Nullable(String),
  country_code Nullable(String),
  latitude     Nullable(Decimal(9, 6)),
  longitude    Nullable(Decimal(9, 6)),
  population   Nullable(Int32),
  updated_at   DateTime64(3, 'UTC'),
  version      UInt64,
  is_deleted   UInt8,
  landed_at    DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
) ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY city_id;
