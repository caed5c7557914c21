-- Expected order items
-- One row a line of every good order, closing markers included.
CREATE OR REPLACE TABLE expected.order_items AS
SELECT
  literal(document -> '$.order_id') AS order_id,
  CAST(literal(line -> '$.line_no') AS INTEGER) AS line_no,
  CAST(literal(document -> '$.customer_id') AS INTEGER) AS customer_id,
  CAST(literal(document -> '$.salesperson_id') AS INTEGER) AS salesperson_id,
  CAST(literal(document -> '$.city_id') AS INTEGER) AS city_id,
  literal(document -> '$.channel') AS channel,
  CAST(literal(line -> '$.product_id') AS INTEGER) AS product_id,
  CAST(literal(line -> '$.quantity') AS INTEGER) AS quantity,
  CAST(literal(line -> '$.unit_price') AS DECIMAL(12, 2)) AS unit_price,
  fate.ordered_at,
  CAST(literal(document -> '$.promised_at') AS TIMESTAMP) AS promised_at,
  record_time,
  source_partition,
  source_offset
FROM fate
JOIN parsed USING (source_partition, source_offset)
JOIN order_lines USING (source_partition, source_offset)
WHERE is_good;
