-- Stock movements by warehouse
-- How busy is each warehouse, and does its stock grow or shrink?
-- A table that is repartitioned from product to warehouse and changes with every movement. Closing markers have product 0.
CREATE TABLE ${NS:-}stock_movements WITH (
  KAFKA_TOPIC = '${NS:-}ksql_stock_movements',
  KEY_FORMAT = 'KAFKA',
  VALUE_FORMAT = 'JSON'
) AS
SELECT
  warehouse_id,
  COUNT(*)                                             AS movements,
  SUM(CASE WHEN delta > 0 THEN delta ELSE 0 END)       AS items_in,
  SUM(CASE WHEN delta < 0 THEN 0 - delta ELSE 0 END)   AS items_out,
  SUM(delta)                                           AS net_change
FROM ${NS:-}stock_movements_typed
WHERE product_id > 0
GROUP BY warehouse_id
EMIT CHANGES;
