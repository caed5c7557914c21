-- Passed events, our settings
-- Which events have arrived?
-- What readers ask, and so what the benchmark polls: the newest version of each row.
CREATE VIEW ${NS:-}tuned AS
SELECT
  id,
  city_id,
  amount,
  scheduled_ms
FROM ${NS:-}tuned_rows FINAL;
