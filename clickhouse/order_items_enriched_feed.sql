-- Order lines, enriched: the feed
-- How does a change of the result become a row?
-- A deletion carries its row in `before`. A key stays in one partition, so the message's offset orders its versions.
CREATE MATERIALIZED VIEW ${NS:-}order_items_enriched_feed TO ${NS:-}order_items_enriched_rows AS
SELECT
  tupleElement(if(op = 'd', before, after), 'order_id') AS order_id,
  tupleElement(if(op = 'd', before, after), 'line_no') AS line_no,
  tupleElement(if(op = 'd', before, after), 'ordered_at') AS ordered_at,
  tupleElement(if(op = 'd', before, after), 'channel') AS channel,
  tupleElement(if(op = 'd', before, after), 'city_id') AS city_id,
  tupleElement(if(op = 'd', before, after), 'city') AS city,
  tupleElement(if(op = 'd', before, after), 'country_code') AS country_code,
  tupleElement(if(op = 'd', before, after), 'customer_id') AS customer_id,
  tupleElement(if(op = 'd', before, after), 'customer') AS customer,
  tupleElement(if(op = 'd', before, after), 'segment') AS segment,
  tupleElement(if(op = 'd', before, after), 'salesperson_id') AS salesperson_id,
  tupleElement(if(op = 'd', before, after), 'salesperson') AS salesperson,
  tupleElement(if(op = 'd', before, after), 'team') AS team,
  tupleElement(if(op = 'd', before, after), 'salesperson_country') AS salesperson_country,
  tupleElement(if(op = 'd', before, after), 'product_id') AS product_id,
  tupleElement(if(op = 'd', before, after), 'product') AS product,
  tupleElement(if(op = 'd', before, after), 'category') AS category,
  tupleElement(if(op = 'd', before, after), 'supplier_id') AS supplier_id,
  tupleElement(if(op = 'd', before, after), 'quantity') AS quantity,
  tupleElement(if(op = 'd', before, after), 'unit_price') AS unit_price,
  tupleElement(if(op = 'd', before, after), 'list_price') AS list_price,
  tupleElement(if(op = 'd', before, after), 'unit_cost') AS unit_cost,
  tupleElement(if(op = 'd', before, after), 'revenue') AS revenue,
  tupleElement(if(op = 'd', before, after), 'cost') AS cost,
  tupleElement(if(op = 'd', before, after), 'margin') AS margin,
  _offset AS version,
  op = 'd' AS is_deleted
FROM ${NS:-}order_items_enriched_queue;
