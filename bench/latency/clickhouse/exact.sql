-- Passed events, exactly once
-- Which events have arrived?
-- What readers ask, and so what the benchmark polls: the newest version of each row.
CREATE VIEW ${NS:-}exact AS
SELECT
  id,
  city_id,
  amount,
  scheduled_ms
FROM ${NS:-}exact_rows FINAL;
