-- Last position of each vehicle
-- Where is each vehicle now?
-- Half of all events are positions, and only the newest of a vehicle is of use: mini-batches keep thousands of rows a second from the databases.
-- intended FLK011: one row a vehicle, and a vehicle that stands still keeps its place.
SET 'parallelism.default' = '1';
SET 'pipeline.object-reuse' = 'true';
SET 'table.optimizer.reuse-optimize-block-with-digest-enabled' = 'true';
-- Rows of the typed topic come in bursts, one a commit: a burst becomes one change a key, not one a row.
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '500 ms';
SET 'table.exec.mini-batch.size' = '5000';
SET 'table.exec.deduplicate.mini-batch.compact-changes-enabled' = 'true';

EXECUTE STATEMENT SET
BEGIN

INSERT INTO vehicle_last_position
SELECT vehicle_id, latitude, longitude, speed_kmh, heading_deg, cargo_temp_c, measured_at
FROM newest_positions;

INSERT INTO bronze_vehicle_last_position
SELECT vehicle_id, latitude, longitude, speed_kmh, heading_deg, cargo_temp_c, CAST(measured_at AS TIMESTAMP(3))
FROM newest_positions;

END;
