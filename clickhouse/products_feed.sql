-- Products: the feed
-- How does a change of the shop's table become a row?
-- The topic has one partition, so the message's offset orders a row's versions. Row 0 is the heartbeat.
CREATE MATERIALIZED VIEW ${NS:-}products_feed TO ${NS:-}products_rows AS
SELECT
  tupleElement(if(op = 'd', before, after), 'product_id') AS product_id,
  tupleElement(if(op = 'd', before, after), 'sku') AS sku,
  tupleElement(if(op = 'd', before, after), 'name') AS name,
  tupleElement(if(op = 'd', before, after), 'category') AS category,
  tupleElement(if(op = 'd', before, after), 'supplier_id') AS supplier_id,
  tupleElement(if(op = 'd', before, after), 'unit_cost') AS unit_cost,
  tupleElement(if(op = 'd', before, after), 'list_price') AS list_price,
  tupleElement(if(op = 'd', before, after), 'weight_kg') AS weight_kg,
  tupleElement(if(op = 'd', before, after), 'reorder_point') AS reorder_point,
  tupleElement(if(op = 'd', before, after), 'cold_chain') AS cold_chain,
  tupleElement(if(op = 'd', before, after), 'active') AS active,
  tupleElement(if(op = 'd', before, after), 'updated_at') AS updated_at,
  _offset AS version,
  op = 'd' AS is_deleted
FROM ${NS:-}products_queue
WHERE tupleElement(if(op = 'd', before, after), 'product_id') > 0;
