-- Top products per city
-- Which three products earn most in each city today?
-- One ranking, two sinks. A rank that another product takes is overwritten in PostgreSQL; the topic tells it as delete and create.
SET 'parallelism.default' = '1';
SET 'pipeline.object-reuse' = 'true';
SET 'table.optimizer.reuse-optimize-block-with-digest-enabled' = 'true';
-- Nothing but new orders of its day changes a sum, and they come within the day. What no order has touched for 14 days of the wall's
-- clock is dropped: a job that stood still for less than that still finishes the day it was in.
SET 'table.exec.state.ttl' = '14 d';
-- Lines are summed up for a fifth of a second before they move the ranking: a busy city sends a few changes, not thousands.
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '200 ms';
SET 'table.exec.mini-batch.size' = '5000';

EXECUTE STATEMENT SET
BEGIN

INSERT INTO top_products_per_city
SELECT city_id, `day`, `rank`, product_id, revenue, items
FROM city_products_ranked;

INSERT INTO bronze_top_products_per_city
SELECT city_id, `day`, `rank`, product_id, revenue, items
FROM city_products_ranked;

END;
