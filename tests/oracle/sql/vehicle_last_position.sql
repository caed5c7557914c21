-- Expected last positions
-- The newest reading of each vehicle; of two taken at the same instant, the one that arrived later.
CREATE OR REPLACE TABLE expected.vehicle_last_position AS
SELECT vehicle_id, latitude, longitude, speed_kmh, heading_deg, cargo_temp_c, measured_at
FROM expected.positions
WHERE vehicle_id > 0
QUALIFY row_number() OVER (PARTITION BY vehicle_id ORDER BY measured_at DESC, source_offset DESC) = 1;
