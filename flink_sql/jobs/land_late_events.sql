-- Land late events
-- Which good records came too late to be counted?
-- A plain copy from the topic to PostgreSQL; ClickHouse reads the topic itself.
SET 'parallelism.default' = '1';

INSERT INTO bronze_late_events
SELECT
  source_topic,
  source_partition,
  source_offset,
  CAST(record_time AS TIMESTAMP(3)) AS record_time,
  CAST(event_time AS TIMESTAMP(3)) AS event_time,
  key_bytes,
  value_bytes,
  job
FROM late_events;
