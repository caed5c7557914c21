-- Weather observations: the feed
-- How does a message of the topic become a row?
-- The message's offset is the row's version; the closing marker's city 0 is no city.
CREATE MATERIALIZED VIEW ${NS:-}weather_observations_feed TO ${NS:-}weather_observations_rows AS
SELECT
  city_id,
  temp_c,
  wind_kmh,
  precipitation_mm,
  condition,
  observed_at,
  _offset AS version
FROM ${NS:-}weather_observations_queue
WHERE city_id > 0;
