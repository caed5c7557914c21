-- Last position of each vehicle: the rows
-- Where is each vehicle now?
-- One row a vehicle: the message with the highest offset wins, and one that deletes takes the row away.
CREATE TABLE ${NS:-}vehicle_last_position_rows (
  vehicle_id   Int32,
  latitude     Decimal(9, 6),
  longitude    Decimal(9, 6),
  speed_kmh    Decimal(5, 1),
  heading_deg  Int32,
  cargo_temp_c Nullable(Decimal(5, 2)),
  measured_at  DateTime64(3, 'UTC'),
  version      UInt64,
  is_deleted   UInt8,
  landed_at    DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
) ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY vehicle_id;
