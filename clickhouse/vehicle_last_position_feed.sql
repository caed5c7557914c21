-- Last position of each vehicle: the feed
-- How does a change of the result become a row?
-- A deletion carries its row in `before`. A key stays in one partition, so the message's offset orders its versions.
CREATE MATERIALIZED VIEW ${NS:-}vehicle_last_position_feed TO ${NS:-}vehicle_last_position_rows AS
SELECT
  tupleElement(if(op = 'd', before, after), 'vehicle_id') AS vehicle_id,
  tupleElement(if(op = 'd', before, after), 'latitude') AS latitude,
  tupleElement(if(op = 'd', before, after), 'longitude') AS longitude,
  tupleElement(if(op = 'd', before, after), 'speed_kmh') AS speed_kmh,
  tupleElement(if(op = 'd', before, after), 'heading_deg') AS heading_deg,
  tupleElement(if(op = 'd', before, after), 'cargo_temp_c') AS cargo_temp_c,
  tupleElement(if(op = 'd', before, after), 'measured_at') AS measured_at,
  _offset AS version,
  op = 'd' AS is_deleted
FROM ${NS:-}vehicle_last_position_queue;
