-- Big orders
-- Which orders are worth 1,000 EUR or more?
-- A running sum of an order's lines; an order enters the table with the line that lifts it to the limit.
CREATE TABLE ${NS:-}big_orders WITH (
  KAFKA_TOPIC = '${NS:-}ksql_big_orders',
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'JSON'
) AS
SELECT
  order_id,
  LATEST_BY_OFFSET(city_id)  AS city_id,
  LATEST_BY_OFFSET(channel)  AS channel,
  COUNT(*)                   AS order_lines,
  SUM(quantity * unit_price) AS order_value
FROM ${NS:-}order_items
WHERE product_id > 0
GROUP BY order_id
HAVING SUM(quantity * unit_price) >= 1000
EMIT CHANGES;
