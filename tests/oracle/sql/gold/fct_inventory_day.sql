-- Expected stock at the end of each day
-- Each level is the sum of all movements up to it: slow, and nothing is carried over from one day to the next.
CREATE OR REPLACE TABLE expected.fct_inventory_day AS
WITH movements AS (
  SELECT *, CAST(changed_at AS DATE) AS day FROM expected.inventory_change_history
),
stocks AS (
  SELECT warehouse_id, product_id, min(day) AS first_day FROM movements GROUP BY ALL
),
days AS (
  SELECT warehouse_id, product_id, CAST(unnest(range(first_day, (SELECT max(day) + 1 FROM movements), INTERVAL 1 DAY)) AS DATE) AS day
  FROM stocks
),
levels AS (
  SELECT
    days.*,
    coalesce(sum(delta) FILTER (movements.day < days.day), 0) AS opening_level,
    coalesce(sum(delta), 0) AS closing_level,
    coalesce(sum(delta) FILTER (movements.day = days.day AND reason = 'receipt'), 0) AS received,
    coalesce(sum(delta) FILTER (movements.day = days.day AND reason = 'return'), 0) AS returned,
    -coalesce(sum(delta) FILTER (movements.day = days.day AND reason = 'sale'), 0) AS sold,
    -coalesce(sum(delta) FILTER (movements.day = days.day AND reason = 'loss'), 0) AS lost,
    coalesce(sum(delta) FILTER (movements.day = days.day AND reason = 'adjustment'), 0) AS adjusted
  FROM days
  LEFT JOIN movements
    ON movements.warehouse_id = days.warehouse_id AND movements.product_id = days.product_id AND movements.day <= days.day
  GROUP BY days.warehouse_id, days.product_id, days.day
)
SELECT
  md5(format('{}|{}|{}', levels.warehouse_id, levels.product_id, strftime(levels.day, '%Y%m%d'))) AS inventory_day_key,
  CAST(strftime(levels.day, '%Y%m%d') AS INTEGER) AS date_key,
  levels.*,
  coalesce(warehouse_key, unknown()) AS warehouse_key,
  coalesce(product_key, unknown()) AS product_key,
  reorder_point,
  closing_level <= 0 AS is_out_of_stock,
  coalesce(closing_level < reorder_point, false) AS is_low
FROM levels
LEFT JOIN expected.dim_warehouse USING (warehouse_id)
ASOF LEFT JOIN (FROM expected.dim_product WHERE product_id > 0) AS products
  ON products.product_id = levels.product_id
  AND products.valid_from <= levels.day + INTERVAL 1 DAY - INTERVAL 1 MILLISECOND;
