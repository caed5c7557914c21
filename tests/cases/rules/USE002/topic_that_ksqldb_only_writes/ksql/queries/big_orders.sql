-- Big orders
-- Which orders are big?
CREATE STREAM ${NS:-}big_orders WITH (
  KAFKA_TOPIC = '${NS:-}big_orders'
) AS
SELECT *
FROM ${NS:-}orders
WHERE amount > 1000
EMIT CHANGES;
