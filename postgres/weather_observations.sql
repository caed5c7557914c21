-- Weather observations
-- What was the weather in each city, and when?
-- One row a city and time of observation; what was told last counts.
CREATE TABLE bronze.${NS:-}weather_observations (
  city_id          integer        NOT NULL,
  temp_c           numeric(5, 2)  NOT NULL,
  wind_kmh         numeric(5, 1)  NOT NULL,
  precipitation_mm numeric(6, 2)  NOT NULL,
  condition        text           NOT NULL,
  observed_at      timestamptz(3) NOT NULL,
  landed_at        timestamptz    NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (city_id, observed_at)
);
