-- Parse weather
-- What becomes of every record: a typed row, a dead letter to mend, or a late event to know of?
-- Every record goes exactly one way. Bad goes before late; both are decided here and nowhere else.
-- One subtask, for `weather` has one partition.
SET 'parallelism.default' = '1';
SET 'pipeline.object-reuse' = 'true';
-- The topic is read once and each record judged once, however many sinks follow.
SET 'table.optimizer.reuse-optimize-block-with-digest-enabled' = 'true';

EXECUTE STATEMENT SET
BEGIN

INSERT INTO weather_observations
SELECT
  city_id,
  temp_c,
  wind_kmh,
  precipitation_mm,
  `condition`,
  observed_at,
  record_time,
  source_partition,
  source_offset
FROM weather_checked
WHERE error_type IS NULL AND NOT is_late;

-- Transactions belong to one job: a shared prefix would fence another job's off.
INSERT INTO dead_letters /*+ OPTIONS('sink.transactional-id-prefix' = '${NS:-}parse_weather-dead_letters') */
SELECT
  source_topic,
  source_partition,
  source_offset,
  record_time,
  key_bytes,
  value_bytes,
  error_type,
  error_message,
  '${NS:-}parse_weather',
  CURRENT_TIMESTAMP
FROM weather_checked
WHERE error_type IS NOT NULL;

INSERT INTO late_events /*+ OPTIONS('sink.transactional-id-prefix' = '${NS:-}parse_weather-late_events') */
SELECT
  source_topic,
  source_partition,
  source_offset,
  record_time,
  observed_at,
  key_bytes,
  value_bytes,
  '${NS:-}parse_weather'
FROM weather_checked
WHERE error_type IS NULL AND is_late;

END;
