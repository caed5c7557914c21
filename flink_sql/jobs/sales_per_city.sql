-- Sales per city
-- Which cities sell most right now?
-- One ranked window, two sinks: PostgreSQL by upsert, and a changelog topic that ClickHouse reads.
SET 'parallelism.default' = '1';
SET 'pipeline.object-reuse' = 'true';
SET 'table.optimizer.reuse-optimize-block-with-digest-enabled' = 'true';

EXECUTE STATEMENT SET
BEGIN

INSERT INTO sales_per_city
SELECT city_id, window_start, window_end, revenue, orders, items, city_rank
FROM city_sales_ranked;

INSERT INTO bronze_sales_per_city
SELECT
  city_id,
  CAST(window_start AS TIMESTAMP(3)),
  CAST(window_end AS TIMESTAMP(3)),
  revenue,
  orders,
  items,
  city_rank
FROM city_sales_ranked;

END;
