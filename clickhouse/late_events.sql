-- Late events
-- Which good records came too late to be counted?
-- The newest version of each row; FINAL settles here what merges settle later.
CREATE VIEW ${NS:-}late_events AS
SELECT
  source_topic,
  source_partition,
  source_offset,
  record_time,
  event_time,
  key_bytes,
  value_bytes,
  job,
  landed_at
FROM ${NS:-}late_events_rows FINAL;
