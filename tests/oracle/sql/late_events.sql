-- Expected late events
-- Every valid record that arrived more than ten seconds after it happened.
CREATE OR REPLACE TABLE expected.late_events AS
SELECT
  getvariable('source_topic') AS source_topic,
  source_partition,
  source_offset,
  record_time,
  ordered_at AS event_time,
  key AS key_bytes,
  value AS value_bytes,
  getvariable('job') AS job
FROM fate
JOIN parsed USING (source_partition, source_offset)
WHERE is_late;
