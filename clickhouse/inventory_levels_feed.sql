-- Inventory levels: the feed
-- How does a change of the result become a row?
-- A deletion carries its row in `before`. A key stays in one partition, so the message's offset orders its versions.
CREATE MATERIALIZED VIEW ${NS:-}inventory_levels_feed TO ${NS:-}inventory_levels_rows AS
SELECT
  tupleElement(if(op = 'd', before, after), 'warehouse_id') AS warehouse_id,
  tupleElement(if(op = 'd', before, after), 'product_id') AS product_id,
  tupleElement(if(op = 'd', before, after), 'level') AS level,
  tupleElement(if(op = 'd', before, after), 'last_changed_at') AS last_changed_at,
  _offset AS version,
  op = 'd' AS is_deleted
FROM ${NS:-}inventory_levels_queue;
