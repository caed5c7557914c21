-- Dead letters
-- Which records could not be read, and why?
-- One row a record, by its place in its topic; key and value are the exact bytes that arrived.
CREATE TABLE bronze.${NS:-}dead_letters (
  source_topic     text           NOT NULL,
  source_partition integer        NOT NULL,
  source_offset    bigint         NOT NULL,
  record_time      timestamptz(3) NOT NULL,
  key_bytes        bytea,
  value_bytes      bytea,
  error_type       text           NOT NULL,
  error_message    text           NOT NULL,
  job              text           NOT NULL,
  failed_at        timestamptz(3) NOT NULL,
  landed_at        timestamptz    NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (source_topic, source_partition, source_offset)
);
