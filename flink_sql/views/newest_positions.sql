-- Newest positions
-- Where is each vehicle now?
-- Keep-last deduplication by event time: a position that comes after a newer one changes nothing; of two at the same instant
-- the later arrival counts. It waits for no watermark.
CREATE VIEW newest_positions AS
SELECT
  vehicle_id,
  latitude,
  longitude,
  speed_kmh,
  heading_deg,
  cargo_temp_c,
  CAST(measured_at AS TIMESTAMP_LTZ(3)) AS measured_at
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY vehicle_id ORDER BY measured_at DESC) AS recency
  FROM positions
  WHERE vehicle_id > 0
)
WHERE recency = 1;
