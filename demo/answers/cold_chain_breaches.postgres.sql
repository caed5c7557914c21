-- Cold chain breaches (PostgreSQL, from the job cold_chain_breaches)
-- When was cold cargo too warm, for how long, and how warm?
-- vehicle_positions → parse_vehicle_positions → cold_chain_breaches (MATCH_RECOGNIZE) → bronze.cold_chain_breaches
SELECT
  vehicle_id,
  started_at::timestamp(0) AS started_utc,
  duration_s,
  readings,
  max_temp_c
FROM bronze.cold_chain_breaches
ORDER BY started_at DESC, vehicle_id
LIMIT 10
