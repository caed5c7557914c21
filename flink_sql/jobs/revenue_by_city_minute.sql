-- Revenue by city and minute
-- How much does each city sell, minute by minute?
-- One window, two sinks: PostgreSQL by upsert, and a changelog topic that ClickHouse reads.
SET 'parallelism.default' = '1';
SET 'pipeline.object-reuse' = 'true';
SET 'table.optimizer.reuse-optimize-block-with-digest-enabled' = 'true';

EXECUTE STATEMENT SET
BEGIN

INSERT INTO revenue_by_city_minute
SELECT city_id, `minute`, revenue, orders, items
FROM revenue_per_city_minute;

INSERT INTO bronze_revenue_by_city_minute
SELECT city_id, CAST(`minute` AS TIMESTAMP(3)), revenue, orders, items
FROM revenue_per_city_minute;

END;
