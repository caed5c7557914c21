-- Shipment delays: the rows
-- Which orders came late, and by how much?
-- One row a order: the message with the highest offset wins, and one that deletes takes the row away.
CREATE TABLE ${NS:-}shipment_delays_rows (
  order_id     String,
  shipment_id  String,
  city_id      Int32,
  ordered_at   DateTime64(3, 'UTC'),
  promised_at  DateTime64(3, 'UTC'),
  delivered_at DateTime64(3, 'UTC'),
  is_late      Bool,
  minutes_late Int64,
  version      UInt64,
  is_deleted   UInt8,
  landed_at    DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
) ENGINE = ReplacingMergeTree(version, is_deleted)
ORDER BY order_id;
