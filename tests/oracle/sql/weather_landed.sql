-- Expected weather
-- One row a city and time of observation: what was told last.
CREATE OR REPLACE TABLE expected.weather_landed AS
SELECT city_id, temp_c, wind_kmh, precipitation_mm, condition, observed_at
FROM expected.weather_observations
WHERE city_id > 0
QUALIFY row_number() OVER (PARTITION BY city_id, observed_at ORDER BY source_offset DESC) = 1;
