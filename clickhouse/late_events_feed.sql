-- Late events: the feed
-- How does a message of the topic become a row?
-- Bytes stand as base64 in the JSON; the message's offset is the row's version.
CREATE MATERIALIZED VIEW ${NS:-}late_events_feed TO ${NS:-}late_events_rows AS
SELECT
  source_topic,
  source_partition,
  source_offset,
  record_time,
  event_time,
  base64Decode(key_bytes) AS key_bytes,
  base64Decode(value_bytes) AS value_bytes,
  job,
  _offset AS version
FROM ${NS:-}late_events_queue;
