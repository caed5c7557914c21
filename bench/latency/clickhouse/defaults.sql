-- Passed events, the engine's defaults
-- Which events have arrived?
-- What readers ask, and so what the benchmark polls: the newest version of each row.
CREATE VIEW ${NS:-}defaults AS
SELECT
  id,
  city_id,
  amount,
  scheduled_ms
FROM ${NS:-}defaults_rows FINAL;
