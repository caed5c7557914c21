-- Cold chain breaches: the rows
-- When was cold cargo too warm, for how long, and how warm?
-- One row a vehicle and start: the message with the highest offset wins, and one that deletes takes the row away.
CREATE TABLE ${NS:-}cold_chain_breaches_rows (
  vehicle_id Int32,
  started_at DateTime64(3, 'UTC'),
  ended_at   DateTime64(3, 'UTC'),
  readings   Int64,
  max_temp_c Decimal(5, 2),
  duration_s Int64,
  version    UInt64,
  is_deleted UInt8,
  landed_at  DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
) ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY (vehicle_id, started_at);
