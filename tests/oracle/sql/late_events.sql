-- Expected late events
-- Every valid record that arrived more than ten seconds after it happened.
CREATE OR REPLACE TABLE expected.late_events AS
SELECT
  getvariable('namespace') || topic AS source_topic,
  source_partition,
  source_offset,
  record_time,
  event_time,
  key AS key_bytes,
  value AS value_bytes,
  getvariable('namespace') || 'parse_' || topic AS job
FROM fate
JOIN parsed USING (topic, source_partition, source_offset)
WHERE is_late;
