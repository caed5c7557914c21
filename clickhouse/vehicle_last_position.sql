-- Last position of each vehicle
-- Where is each vehicle now?
-- The newest version of each row; FINAL settles here what merges settle later.
CREATE VIEW ${NS:-}vehicle_last_position AS
SELECT
  vehicle_id,
  latitude,
  longitude,
  speed_kmh,
  heading_deg,
  cargo_temp_c,
  measured_at,
  landed_at
FROM ${NS:-}vehicle_last_position_rows FINAL;
