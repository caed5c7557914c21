-- Revenue by city: the feed
CREATE MATERIALIZED VIEW ${NS:-}revenue_by_city_feed TO ${NS:-}revenue_by_city_rows AS
SELECT
  tupleElement(if(op = 'd', before, after), 'city_id') AS city_id,
  tupleElement(if(op = 'd', before, after), 'revenue') AS revenue,
  _offset AS version,
  op = 'd' AS is_deleted
FROM ${NS:-}revenue_by_city_queue;
