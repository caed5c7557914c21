-- Shipment delays
-- Which orders came late, and by how much?
-- The newest version of each row; FINAL settles here what merges settle later.
CREATE VIEW ${NS:-}shipment_delays AS
SELECT
  order_id,
  shipment_id,
  city_id,
  ordered_at,
  promised_at,
  delivered_at,
  is_late,
  minutes_late,
  landed_at
FROM ${NS:-}shipment_delays_rows FINAL;
