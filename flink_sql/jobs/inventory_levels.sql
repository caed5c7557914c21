-- Inventory levels
-- How much of each product does each warehouse hold?
-- A running sum without window or watermark: one sum, two sinks, PostgreSQL by upsert and a changelog topic that ClickHouse reads.
-- intended FLK011: a level is the sum of all movements, however long ago; one row a warehouse and product.
SET 'parallelism.default' = '1';
SET 'pipeline.object-reuse' = 'true';
SET 'table.optimizer.reuse-optimize-block-with-digest-enabled' = 'true';
-- Rows of the typed topic come in bursts, one a commit: a burst becomes one change a key, not one a row.
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '200 ms';
SET 'table.exec.mini-batch.size' = '5000';

EXECUTE STATEMENT SET
BEGIN

INSERT INTO inventory_levels
SELECT warehouse_id, product_id, `level`, last_changed_at
FROM current_inventory_levels;

INSERT INTO bronze_inventory_levels
SELECT warehouse_id, product_id, `level`, CAST(last_changed_at AS TIMESTAMP(3))
FROM current_inventory_levels;

END;
