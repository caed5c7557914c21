-- Orders by city
-- How many orders has each city?
CREATE TABLE ${NS:-}by_city WITH (
  KAFKA_TOPIC = '${NS:-}by_city',
  VALUE_FORMAT = 'JSON'
) AS
SELECT city_id, COUNT(*) AS orders
FROM ${NS:-}Orders
GROUP BY city_id
EMIT CHANGES;
