-- Orders by minute
-- How many orders come in over each channel, minute by minute?
-- Tumbling window by event time; 10 s of grace, for parsing has set aside what is later. Closing markers have product 0.
CREATE TABLE ${NS:-}orders_by_minute WITH (
  KAFKA_TOPIC = '${NS:-}ksql_orders_by_minute',
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'JSON'
) AS
SELECT
  channel,
  COUNT_DISTINCT(order_id)   AS orders,
  COUNT(*)                   AS order_lines,
  SUM(quantity * unit_price) AS revenue
FROM ${NS:-}order_items
WINDOW TUMBLING (SIZE 1 MINUTE, GRACE PERIOD 10 SECONDS)
WHERE product_id > 0
GROUP BY channel
EMIT CHANGES;
