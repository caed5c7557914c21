-- Shipment delays: the feed
-- How does a change of the result become a row?
-- A deletion carries its row in `before`. A key stays in one partition, so the message's offset orders its versions.
CREATE MATERIALIZED VIEW ${NS:-}shipment_delays_feed TO ${NS:-}shipment_delays_rows AS
SELECT
  tupleElement(if(op = 'd', before, after), 'order_id') AS order_id,
  tupleElement(if(op = 'd', before, after), 'shipment_id') AS shipment_id,
  tupleElement(if(op = 'd', before, after), 'city_id') AS city_id,
  tupleElement(if(op = 'd', before, after), 'ordered_at') AS ordered_at,
  tupleElement(if(op = 'd', before, after), 'promised_at') AS promised_at,
  tupleElement(if(op = 'd', before, after), 'delivered_at') AS delivered_at,
  tupleElement(if(op = 'd', before, after), 'is_late') AS is_late,
  tupleElement(if(op = 'd', before, after), 'minutes_late') AS minutes_late,
  _offset AS version,
  op = 'd' AS is_deleted
FROM ${NS:-}shipment_delays_queue;
