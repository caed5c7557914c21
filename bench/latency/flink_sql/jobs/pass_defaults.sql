-- Pass events on: the connectors' defaults
-- How long does the same row need when nothing is set?
-- The same filter with Flink's and the connectors' defaults.
SET 'parallelism.default' = '1';
SET 'table.optimizer.reuse-optimize-block-with-digest-enabled' = 'true';

EXECUTE STATEMENT SET
BEGIN

INSERT INTO defaults
SELECT id, city_id, amount, scheduled_ms
FROM events
WHERE MOD(id, 10) <> 0;

INSERT INTO bronze_defaults
SELECT id, city_id, amount, scheduled_ms
FROM events
WHERE MOD(id, 10) <> 0;

END;
