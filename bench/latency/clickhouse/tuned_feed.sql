-- Passed events, our settings: the feed
-- How does a message of the topic become a row?
-- The message's offset is the row's version.
CREATE MATERIALIZED VIEW ${NS:-}tuned_feed TO ${NS:-}tuned_rows AS
SELECT
  id,
  city_id,
  amount,
  scheduled_ms,
  _offset AS version
FROM ${NS:-}tuned_queue;
