-- Land dead letters
-- Which records could not be read, and why?
-- A plain copy from the topic to PostgreSQL; ClickHouse reads the topic itself.
SET 'parallelism.default' = '1';

INSERT INTO bronze_dead_letters
SELECT
  source_topic,
  source_partition,
  source_offset,
  CAST(record_time AS TIMESTAMP(3)) AS record_time,
  key_bytes,
  value_bytes,
  error_type,
  error_message,
  job,
  CAST(failed_at AS TIMESTAMP(3)) AS failed_at
FROM dead_letters;
