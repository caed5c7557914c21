-- Enrich order lines
-- What was sold to whom, by whom and where, and what did it earn?
-- One chain of temporal joins, two sinks: PostgreSQL by upsert, and a topic that ClickHouse reads.
-- No state TTL: the joins drop versions as the watermark passes them, and a TTL would forget a product that is rarely sold.
SET 'parallelism.default' = '1';
SET 'pipeline.object-reuse' = 'true';
SET 'table.optimizer.reuse-optimize-block-with-digest-enabled' = 'true';

EXECUTE STATEMENT SET
BEGIN

INSERT INTO order_items_enriched
SELECT
  order_id,
  line_no,
  ordered_at,
  channel,
  city_id,
  city,
  country_code,
  customer_id,
  customer,
  segment,
  salesperson_id,
  salesperson,
  team,
  salesperson_country,
  product_id,
  product,
  category,
  supplier_id,
  quantity,
  unit_price,
  list_price,
  unit_cost,
  revenue,
  cost,
  margin
FROM order_lines_as_of_order;

INSERT INTO bronze_order_items_enriched
SELECT
  order_id,
  line_no,
  CAST(ordered_at AS TIMESTAMP(3)),
  channel,
  city_id,
  city,
  country_code,
  customer_id,
  customer,
  segment,
  salesperson_id,
  salesperson,
  team,
  salesperson_country,
  product_id,
  product,
  category,
  supplier_id,
  quantity,
  unit_price,
  list_price,
  unit_cost,
  revenue,
  cost,
  margin
FROM order_lines_as_of_order;

END;
