-- Passed events, exactly once: the feed
-- How does a message of the topic become a row?
-- The message's offset is the row's version.
CREATE MATERIALIZED VIEW ${NS:-}exact_feed TO ${NS:-}exact_rows AS
SELECT
  id,
  city_id,
  amount,
  scheduled_ms,
  _offset AS version
FROM ${NS:-}exact_queue;
