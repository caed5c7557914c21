-- Passed events, the engine's defaults: the feed
-- How does a message of the topic become a row?
-- The message's offset is the row's version.
CREATE MATERIALIZED VIEW ${NS:-}defaults_feed TO ${NS:-}defaults_rows AS
SELECT
  id,
  city_id,
  amount,
  scheduled_ms,
  _offset AS version
FROM ${NS:-}defaults_queue;
