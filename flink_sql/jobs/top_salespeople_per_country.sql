-- Top salespeople per country
-- Which three salespeople earn most in each country today?
-- One ranking, two sinks. A rank that somebody else takes is overwritten in PostgreSQL; the topic tells it as delete and create.
-- The plan holds the ranking twice, for only the topic needs the row before a change; all below it is shared.
-- intended FLK011: windows and join drop their state with the watermark, sums are one row a salesperson and day. A TTL would hold
-- for the join too, and forget people who rarely sell.
SET 'parallelism.default' = '1';
SET 'pipeline.object-reuse' = 'true';
SET 'table.optimizer.reuse-optimize-block-with-digest-enabled' = 'true';

EXECUTE STATEMENT SET
BEGIN

INSERT INTO top_salespeople_per_country
SELECT country_code, `day`, `rank`, salesperson_id, salesperson, revenue, orders
FROM country_salespeople_ranked;

INSERT INTO bronze_top_salespeople_per_country
SELECT country_code, `day`, `rank`, salesperson_id, salesperson, revenue, orders
FROM country_salespeople_ranked;

END;
