-- Cold chain breaches
-- When was cold cargo too warm, for how long, and how warm?
-- The newest version of each row; FINAL settles here what merges settle later.
CREATE VIEW ${NS:-}cold_chain_breaches AS
SELECT
  vehicle_id,
  started_at,
  ended_at,
  readings,
  max_temp_c,
  duration_s,
  landed_at
FROM ${NS:-}cold_chain_breaches_rows FINAL;
