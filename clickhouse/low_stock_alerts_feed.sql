-- Low stock alerts: the feed
-- How does a change of the result become a row?
-- A deletion carries its row in `before`. A key stays in one partition, so the message's offset orders its versions.
CREATE MATERIALIZED VIEW ${NS:-}low_stock_alerts_feed TO ${NS:-}low_stock_alerts_rows AS
SELECT
  tupleElement(if(op = 'd', before, after), 'warehouse_id') AS warehouse_id,
  tupleElement(if(op = 'd', before, after), 'product_id') AS product_id,
  tupleElement(if(op = 'd', before, after), 'product') AS product,
  tupleElement(if(op = 'd', before, after), 'level') AS level,
  tupleElement(if(op = 'd', before, after), 'reorder_point') AS reorder_point,
  tupleElement(if(op = 'd', before, after), 'last_changed_at') AS last_changed_at,
  _offset AS version,
  op = 'd' AS is_deleted
FROM ${NS:-}low_stock_alerts_queue;
