-- Land weather observations
-- What was the weather in each city, and when?
-- A plain copy of the typed topic to PostgreSQL, without the closing marker; ClickHouse reads the topic itself.
SET 'parallelism.default' = '1';

INSERT INTO bronze_weather_observations
SELECT
  city_id,
  temp_c,
  wind_kmh,
  precipitation_mm,
  `condition`,
  CAST(observed_at AS TIMESTAMP(3)) AS observed_at
FROM weather_observations
WHERE city_id > 0;
