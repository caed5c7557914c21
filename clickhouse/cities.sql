-- Cities
-- Where are the shop's cities, and how large are they?
-- Each row as it is now; FINAL settles here what merges settle later.
CREATE VIEW ${NS:-}cities AS
SELECT
  city_id,
  name,
  country,
  country_code,
  latitude,
  longitude,
  population,
  updated_at,
  landed_at
FROM ${NS:-}cities_rows FINAL;
