-- Salespeople: the rows
-- Who sells, for which country and team?
-- One row a salesperson: the message with the highest offset wins.
CREATE TABLE ${NS:-}salespeople_rows (
  salesperson_id Int32,
  name           Nullable(String),
  country_code   Nullable(String),
  team           Nullable(String),
  active         Nullable(Bool),
  updated_at     DateTime64(3, 'UTC'),
  version        UInt64,
  is_deleted     UInt8,
  landed_at      DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
) ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY salesperson_id;
