-- Cold chain breaches
-- When was cold cargo too warm, for how long, and how warm?
-- One pattern, two sinks: PostgreSQL by upsert, and a changelog topic that ClickHouse reads.
SET 'parallelism.default' = '1';
SET 'pipeline.object-reuse' = 'true';
SET 'table.optimizer.reuse-optimize-block-with-digest-enabled' = 'true';

EXECUTE STATEMENT SET
BEGIN

INSERT INTO cold_chain_breaches
SELECT vehicle_id, started_at, ended_at, readings, max_temp_c, duration_s
FROM ended_cold_chain_breaches;

INSERT INTO bronze_cold_chain_breaches
SELECT vehicle_id, CAST(started_at AS TIMESTAMP(3)), CAST(ended_at AS TIMESTAMP(3)), readings, max_temp_c, duration_s
FROM ended_cold_chain_breaches;

END;
