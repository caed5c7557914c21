-- Low stock alerts
-- Which products run out, and where?
-- The running level joined with the product as it is now. When stock recovers or the reorder point falls, both sinks delete the row.
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

INSERT INTO low_stock_alerts
SELECT warehouse_id, product_id, product, `level`, reorder_point, last_changed_at
FROM stock_below_reorder_point;

INSERT INTO bronze_low_stock_alerts
SELECT warehouse_id, product_id, product, `level`, reorder_point, CAST(last_changed_at AS TIMESTAMP(3))
FROM stock_below_reorder_point;

END;
