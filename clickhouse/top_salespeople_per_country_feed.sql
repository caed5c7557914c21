-- Top salespeople per country and day: the feed
-- How does a change of the result become a row?
-- A deletion carries its row in `before`. A key stays in one partition, so the message's offset orders its versions.
CREATE MATERIALIZED VIEW ${NS:-}top_salespeople_per_country_feed TO ${NS:-}top_salespeople_per_country_rows AS
SELECT
  tupleElement(if(op = 'd', before, after), 'country_code') AS country_code,
  tupleElement(if(op = 'd', before, after), 'day') AS day,
  tupleElement(if(op = 'd', before, after), 'rank') AS rank,
  tupleElement(if(op = 'd', before, after), 'salesperson_id') AS salesperson_id,
  tupleElement(if(op = 'd', before, after), 'salesperson') AS salesperson,
  tupleElement(if(op = 'd', before, after), 'revenue') AS revenue,
  tupleElement(if(op = 'd', before, after), 'orders') AS orders,
  _offset AS version,
  op = 'd' AS is_deleted
FROM ${NS:-}top_salespeople_per_country_queue;
