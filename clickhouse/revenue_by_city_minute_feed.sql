-- Revenue by city and minute: the feed
-- How does a change of the result become a row?
-- A deletion carries its row in `before`. A key stays in one partition, so the message's offset orders its versions.
CREATE MATERIALIZED VIEW ${NS:-}revenue_by_city_minute_feed TO ${NS:-}revenue_by_city_minute_rows AS
SELECT
  tupleElement(if(op = 'd', before, after), 'city_id') AS city_id,
  tupleElement(if(op = 'd', before, after), 'minute') AS minute,
  tupleElement(if(op = 'd', before, after), 'revenue') AS revenue,
  tupleElement(if(op = 'd', before, after), 'orders') AS orders,
  tupleElement(if(op = 'd', before, after), 'items') AS items,
  _offset AS version,
  op = 'd' AS is_deleted
FROM ${NS:-}revenue_by_city_minute_queue;
