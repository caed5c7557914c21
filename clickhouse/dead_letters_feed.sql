-- Dead letters: the feed
-- How does a message of the topic become a row?
-- Bytes stand as base64 in the JSON; the message's offset is the row's version.
CREATE MATERIALIZED VIEW ${NS:-}dead_letters_feed TO ${NS:-}dead_letters_rows AS
SELECT
  source_topic,
  source_partition,
  source_offset,
  record_time,
  base64Decode(key_bytes) AS key_bytes,
  base64Decode(value_bytes) AS value_bytes,
  error_type,
  error_message,
  job,
  failed_at,
  _offset AS version
FROM ${NS:-}dead_letters_queue;
