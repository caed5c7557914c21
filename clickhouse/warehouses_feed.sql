-- Warehouses: the feed
-- How does a change of the shop's table become a row?
-- The topic has one partition, so the message's offset orders a row's versions. Row 0 is the heartbeat.
CREATE MATERIALIZED VIEW ${NS:-}warehouses_feed TO ${NS:-}warehouses_rows AS
SELECT
  tupleElement(if(op = 'd', before, after), 'warehouse_id') AS warehouse_id,
  tupleElement(if(op = 'd', before, after), 'name') AS name,
  tupleElement(if(op = 'd', before, after), 'city_id') AS city_id,
  tupleElement(if(op = 'd', before, after), 'capacity') AS capacity,
  tupleElement(if(op = 'd', before, after), 'updated_at') AS updated_at,
  _offset AS version,
  op = 'd' AS is_deleted
FROM ${NS:-}warehouses_queue
WHERE tupleElement(if(op = 'd', before, after), 'warehouse_id') > 0;
