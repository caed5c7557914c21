-- Shipment delays
-- Which orders came late, and by how much?
-- Orders are kept for the 7 days in which a delivery counts; that is what the interval join needs, and it forgets them by itself.
SET 'parallelism.default' = '1';
SET 'pipeline.object-reuse' = 'true';
SET 'table.optimizer.reuse-optimize-block-with-digest-enabled' = 'true';
-- The first delivery of an order is known after 7 days; what is older than 30 cannot change any more.
SET 'table.exec.state.ttl' = '30 d';
-- A week of orders is too much to hold as objects and to write whole at every checkpoint: RocksDB writes what is new.
SET 'state.backend.type' = 'rocksdb';
SET 'state.backend.rocksdb.memory.fixed-per-slot' = '64 mb';
SET 'state.backend.rocksdb.compaction.style' = 'UNIVERSAL';

EXECUTE STATEMENT SET
BEGIN

INSERT INTO shipment_delays
SELECT order_id, shipment_id, city_id, ordered_at, promised_at, delivered_at, is_late, minutes_late
FROM first_deliveries;

INSERT INTO bronze_shipment_delays
SELECT order_id, shipment_id, city_id, CAST(ordered_at AS TIMESTAMP(3)), CAST(promised_at AS TIMESTAMP(3)), CAST(delivered_at AS TIMESTAMP(3)), is_late, minutes_late
FROM first_deliveries;

END;
