-- Expected dead letters
-- Every bad record with its exact bytes and the first check it fails.
CREATE OR REPLACE TABLE expected.dead_letters AS
SELECT
  getvariable('namespace') || topic AS source_topic,
  source_partition,
  source_offset,
  record_time,
  key AS key_bytes,
  value AS value_bytes,
  error_type,
  getvariable('namespace') || 'parse_' || topic AS job
FROM fate
JOIN parsed USING (topic, source_partition, source_offset)
WHERE error_type IS NOT NULL;
