-- Ended cold chain breaches
-- When was cold cargo too warm, for how long, and how warm?
-- MATCH_RECOGNIZE: three readings in a row above 8 °C within 2 minutes begin a breach; it lasts to the last one above 8 °C
-- before one that is not, or that has no cold cargo any warm_more. A row appears when that reading has come.
CREATE VIEW ended_cold_chain_breaches AS
SELECT
  vehicle_id,
  started_at,
  ended_at,
  readings,
  max_temp_c,
  CAST(TIMESTAMPDIFF(SECOND, started_at, ended_at) AS BIGINT) AS duration_s
FROM cargo_readings
MATCH_RECOGNIZE (
  PARTITION BY vehicle_id
  ORDER BY measured_at
  MEASURES
    CAST(warm_1.measured_at AS TIMESTAMP_LTZ(3))                                    AS started_at,
    CAST(COALESCE(LAST(warm_more.measured_at), warm_3.measured_at) AS TIMESTAMP_LTZ(3)) AS ended_at,
    3 + COUNT(warm_more.vehicle_id)                                                   AS readings,
    -- Over all rows of the match: the last one, which is not warm, cannot be the warmest.
    MAX(cargo_temp_c)                                                            AS max_temp_c
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (warm_1 warm_2 warm_3 warm_more* cool)
  DEFINE
    warm_1 AS warm_1.cargo_temp_c > 8,
    -- Only the earliest start of a breach is followed: where the reading before could begin it, this one does not.
    warm_2 AS warm_2.cargo_temp_c > 8
      AND (warm_1.warm_in_a_row < 2 OR warm_2.measured_at > warm_1.previous_at + INTERVAL '2' MINUTE),
    warm_3 AS warm_3.cargo_temp_c > 8 AND warm_3.measured_at <= warm_1.measured_at + INTERVAL '2' MINUTE,
    warm_more AS warm_more.cargo_temp_c > 8,
    cool AS cool.cargo_temp_c <= 8 OR cool.cargo_temp_c IS NULL
);
