-- Weather observations
-- What was the weather in each city, and when?
-- The newest version of each row; FINAL settles here what merges settle later.
CREATE VIEW ${NS:-}weather_observations AS
SELECT
  city_id,
  temp_c,
  wind_kmh,
  precipitation_mm,
  condition,
  observed_at,
  landed_at
FROM ${NS:-}weather_observations_rows FINAL;
