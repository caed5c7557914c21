-- Pass events on: our settings
-- How long does a row need with millstream's settings?
-- A filter without state or watermark, so that what is measured is the connectors and Flink's buffers.
SET 'parallelism.default' = '1';
SET 'execution.buffer-timeout.interval' = '5 ms';
SET 'table.optimizer.reuse-optimize-block-with-digest-enabled' = 'true';

EXECUTE STATEMENT SET
BEGIN

INSERT INTO tuned
SELECT id, city_id, amount, scheduled_ms
FROM events
WHERE MOD(id, 10) <> 0;

INSERT INTO bronze_tuned
SELECT id, city_id, amount, scheduled_ms
FROM events
WHERE MOD(id, 10) <> 0;

END;
