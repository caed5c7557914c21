-- Top products per city and day: the feed
-- How does a change of the result become a row?
-- A deletion carries its row in `before`. A key stays in one partition, so the message's offset orders its versions.
CREATE MATERIALIZED VIEW ${NS:-}top_products_per_city_feed TO ${NS:-}top_products_per_city_rows AS
SELECT
  tupleElement(if(op = 'd', before, after), 'city_id') AS city_id,
  tupleElement(if(op = 'd', before, after), 'day') AS day,
  tupleElement(if(op = 'd', before, after), 'rank') AS rank,
  tupleElement(if(op = 'd', before, after), 'product_id') AS product_id,
  tupleElement(if(op = 'd', before, after), 'revenue') AS revenue,
  tupleElement(if(op = 'd', before, after), 'items') AS items,
  _offset AS version,
  op = 'd' AS is_deleted
FROM ${NS:-}top_products_per_city_queue;
