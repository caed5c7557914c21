-- Late events
-- Which good records came too late to be counted?
-- One row a record, by its place in its topic; key and value are the exact bytes that arrived.
CREATE TABLE bronze.${NS:-}late_events (
  source_topic     text           NOT NULL,
  source_partition integer        NOT NULL,
  source_offset    bigint         NOT NULL,
  record_time      timestamptz(3) NOT NULL,
  event_time       timestamptz(3) NOT NULL,
  key_bytes        bytea,
  value_bytes      bytea,
  job              text           NOT NULL,
  landed_at        timestamptz    NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (source_topic, source_partition, source_offset)
);
