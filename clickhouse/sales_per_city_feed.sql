-- Sales per city over the last 15 minutes: the feed
-- How does a change of the result become a row?
-- A deletion carries its row in `before`. A key stays in one partition, so the message's offset orders its versions.
CREATE MATERIALIZED VIEW ${NS:-}sales_per_city_feed TO ${NS:-}sales_per_city_rows AS
SELECT
  tupleElement(if(op = 'd', before, after), 'city_id') AS city_id,
  tupleElement(if(op = 'd', before, after), 'window_start') AS window_start,
  tupleElement(if(op = 'd', before, after), 'window_end') AS window_end,
  tupleElement(if(op = 'd', before, after), 'revenue') AS revenue,
  tupleElement(if(op = 'd', before, after), 'orders') AS orders,
  tupleElement(if(op = 'd', before, after), 'items') AS items,
  tupleElement(if(op = 'd', before, after), 'city_rank') AS city_rank,
  _offset AS version,
  op = 'd' AS is_deleted
FROM ${NS:-}sales_per_city_queue;
