-- Weather observations: the rows
-- What was the weather in each city, and when?
-- One row a city and time of observation: the message with the highest offset wins.
CREATE TABLE ${NS:-}weather_observations_rows (
  city_id          Int32,
  temp_c           Decimal(5, 2),
  wind_kmh         Decimal(5, 1),
  precipitation_mm Decimal(6, 2),
  condition        String,
  observed_at      DateTime64(3, 'UTC'),
  version          UInt64,
  landed_at        DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
) ENGINE = ReplacingMergeTree(version)
ORDER BY (city_id, observed_at);
