-- Vehicles on the move (ClickHouse, from the job vehicle_last_position)
-- Which vehicles drive right now, where, and how cold is their cargo?
-- vehicle_positions → parse_vehicle_positions → vehicle_last_position → topic vehicle_last_position → ClickHouse
SELECT
  vehicle_id,
  latitude,
  longitude,
  speed_kmh,
  cargo_temp_c,
  formatDateTime(measured_at, '%H:%i:%S') AS measured_utc
FROM vehicle_last_position
WHERE speed_kmh > 0
ORDER BY speed_kmh DESC, vehicle_id
LIMIT 10
