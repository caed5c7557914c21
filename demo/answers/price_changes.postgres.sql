-- Newest price changes (PostgreSQL, from the job product_history)
-- Which list prices have changed, from what to what?
WITH versions AS (
  SELECT
    name                                                                                     AS product,
    LAG(list_price) OVER (PARTITION BY product_id ORDER BY source_partition, source_offset) AS was_eur,
    list_price                                                                               AS is_eur,
    updated_at
  FROM bronze.product_history
)
SELECT product, was_eur, is_eur, (updated_at AT TIME ZONE 'UTC')::timestamp(0) AS since_utc
FROM versions
WHERE is_eur <> was_eur
ORDER BY updated_at DESC, product
LIMIT 5
