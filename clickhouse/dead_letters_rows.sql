-- Dead letters: the rows
-- Which records could not be read, and why?
-- One row a record, by its place in its topic: a message read twice replaces itself.
CREATE TABLE ${NS:-}dead_letters_rows (
  source_topic     String,
  source_partition Int32,
  source_offset    Int64,
  record_time      DateTime64(3, 'UTC'),
  key_bytes        Nullable(String),
  value_bytes      Nullable(String),
  error_type       String,
  error_message    String,
  job              String,
  failed_at        DateTime64(3, 'UTC'),
  version          UInt64,
  landed_at        DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
) ENGINE = ReplacingMergeTree(version)
ORDER BY (source_topic, source_partition, source_offset);
