-- Passed events, exactly once: the rows
-- Which events have arrived?
-- One row an event: a message read twice replaces itself.
CREATE TABLE ${NS:-}exact_rows (
  id           Int64,
  city_id      Int32,
  amount       Decimal(12, 2),
  scheduled_ms Int64,
  version      UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY id;
