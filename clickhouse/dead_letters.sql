-- Dead letters
-- Which records could not be read, and why?
-- The newest version of each row; FINAL settles here what merges settle later.
CREATE VIEW ${NS:-}dead_letters AS
SELECT
  source_topic,
  source_partition,
  source_offset,
  record_time,
  key_bytes,
  value_bytes,
  error_type,
  error_message,
  job,
  failed_at,
  landed_at
FROM ${NS:-}dead_letters_rows FINAL;
