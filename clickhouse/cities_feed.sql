-- Cities: the feed
-- How does a change of the shop's table become a row?
-- The topic has one partition, so the message's offset orders a row's versions. Row 0 is the heartbeat.
CREATE MATERIALIZED VIEW ${NS:-}cities_feed TO ${NS:-}cities_rows AS
SELECT
  tupleElement(if(op = 'd', before, after), 'city_id') AS city_id,
  tupleElement(if(op = 'd', before, after), 'name') AS name,
  tupleElement(if(op = 'd', before, after), 'country') AS country,
  tupleElement(if(op = 'd', before, after), 'country_code') AS country_code,
  tupleElement(if(op = 'd', before, after), 'latitude') AS latitude,
  tupleElement(if(op = 'd', before, after), 'longitude') AS longitude,
  tupleElement(if(op = 'd', before, after), 'population') AS population,
  tupleElement(if(op = 'd', before, after), 'updated_at') AS updated_at,
  _offset AS version,
  op = 'd' AS is_deleted
FROM ${NS:-}cities_queue
WHERE tupleElement(if(op = 'd', before, after), 'city_id') > 0;
