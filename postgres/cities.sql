-- Cities
-- Where are the shop's cities, and how large are they?
-- One row a city, as it is now; `landed_at` keeps the time of the first landing.
CREATE TABLE bronze.${NS:-}cities (
  city_id      integer        NOT NULL,
  name         text,
  country      text,
  country_code text,
  latitude     numeric(9, 6),
  longitude    numeric(9, 6),
  population   integer,
  updated_at   timestamptz(3) NOT NULL,
  landed_at    timestamptz    NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (city_id)
);
