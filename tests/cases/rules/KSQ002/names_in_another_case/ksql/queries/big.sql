-- Orders by city
-- How many orders has each city?
CREATE TABLE ${NS:-}big WITH (
  KAFKA_TOPIC = '${NS:-}big',
  VALUE_FORMAT = 'JSON'
) AS
SELECT city_id, COUNT(*) AS orders
FROM `${NS:-}BY_CITY`
GROUP BY city_id
EMIT CHANGES;
