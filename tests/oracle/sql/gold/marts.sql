-- Expected KPI marts
-- From the expected results of the streams and the events themselves, past the facts, wherever that is possible.
CREATE OR REPLACE MACRO date_key_of(moment) AS CAST(strftime(moment, '%Y%m%d') AS INTEGER);

-- Shares have four digits: a quotient in ten-thousandths, put back.
CREATE OR REPLACE MACRO share(part, whole) AS CAST(quotient(part, whole, 4) * 0.0001 AS DECIMAL(18, 4));

CREATE OR REPLACE MACRO two_digits(dividend, divisor) AS CAST(quotient(dividend, divisor, 2) * 0.01 AS DECIMAL(18, 2));

CREATE OR REPLACE TABLE expected.sales_day AS
SELECT
  date_key_of(ordered_at) AS date_key,
  city_key_of(city_id) AS city_key,
  coalesce(order_items_enriched.category, 'unknown') AS category,
  count(*) AS order_lines,
  sum(quantity) AS units,
  sum(revenue) AS revenue,
  coalesce(sum(revenue) FILTER (product IS NOT NULL), 0) AS costed_revenue,
  coalesce(sum(cost), 0) AS cost,
  coalesce(sum(margin), 0) AS margin,
  share(CAST(coalesce(sum(margin), 0) * 100 AS HUGEINT), CAST(coalesce(sum(revenue) FILTER (product IS NOT NULL), 0) * 100 AS HUGEINT))
    AS margin_share,
  md5(format('{}|{}|{}', date_key, city_key, coalesce(order_items_enriched.category, 'unknown'))) AS sales_day_key
FROM expected.order_items_enriched
GROUP BY ALL;

CREATE OR REPLACE TABLE expected.delivery_day AS
SELECT
  date_key_of(delivered_at) AS date_key,
  city_key_of(city_id) AS city_key,
  count(*) AS deliveries,
  count(*) FILTER (NOT is_late) AS on_time_deliveries,
  sum(minutes_late) AS minutes_late,
  share(count(*) FILTER (NOT is_late), count(*)) AS on_time_share,
  two_digits(sum(minutes_late), count(*)) AS average_delay_minutes,
  md5(format('{}|{}', date_key, city_key)) AS delivery_day_key
FROM expected.shipment_delays
GROUP BY ALL;

CREATE OR REPLACE TABLE expected.stock_day AS
WITH ends AS (
  SELECT
    day,
    warehouse_key,
    count(*) AS products,
    count(*) FILTER (closing_level <= 0) AS products_out_of_stock,
    count(*) FILTER (closing_level < reorder_point) AS products_low,
    sum(greatest(closing_level, 0)) AS units
  FROM expected.fct_inventory_day
  GROUP BY ALL
),
sales AS (
  SELECT CAST(changed_at AS DATE) AS day, warehouse_key, -sum(delta) AS sold
  FROM expected.inventory_change_history
  JOIN expected.dim_warehouse USING (warehouse_id)
  WHERE reason = 'sale'
  GROUP BY ALL
),
windows AS (
  SELECT
    ends.*,
    (
      SELECT coalesce(sum(sold), 0) FROM sales
      WHERE sales.warehouse_key = ends.warehouse_key AND sales.day BETWEEN ends.day - 27 AND ends.day
    ) AS units_sold,
    (
      SELECT count(*) FROM ends AS earlier
      WHERE earlier.warehouse_key = ends.warehouse_key AND earlier.day BETWEEN ends.day - 27 AND ends.day
    ) AS window_days
  FROM ends
)
SELECT
  md5(format('{}|{}', date_key_of(day), warehouse_key)) AS stock_day_key,
  date_key_of(day) AS date_key,
  * EXCLUDE (day),
  two_digits(units * window_days, greatest(units_sold, 0)) AS stock_cover_days
FROM windows;

CREATE OR REPLACE TABLE expected.supplier_month AS
SELECT
  CAST(date_trunc('month', received_at) AS DATE) AS month_start,
  supplier_key,
  count(*) AS received_orders,
  count(*) FILTER (received_at <= promised_at) AS on_time_orders,
  coalesce(sum(received_quantity), 0) AS received_units,
  coalesce(sum(defective_quantity), 0) AS defective_units,
  share(count(*) FILTER (received_at <= promised_at), count(*)) AS supplier_on_time_share,
  share(coalesce(sum(defective_quantity), 0), coalesce(sum(received_quantity), 0)) AS supplier_defect_share,
  md5(format('{}|{}', month_start, supplier_key)) AS supplier_month_key
FROM expected.fct_purchase_order
WHERE received_at IS NOT NULL
GROUP BY ALL;

CREATE OR REPLACE TABLE expected.cold_chain_day AS
SELECT
  date_key_of(started_at) AS date_key,
  vehicle_id,
  count(*) AS breaches,
  sum(duration_s) AS seconds_too_warm,
  max(max_temp_c) AS max_temp_c,
  md5(format('{}|{}', date_key, vehicle_id)) AS cold_chain_day_key
FROM expected.cold_chain_breaches
GROUP BY ALL;

-- What became of each event is told by `fate`; orders count once however often they came, by the day they were made.
CREATE OR REPLACE TABLE expected.event_quality_day AS
WITH fates AS (
  SELECT topic, CAST(record_time AS DATE) AS day, is_late, error_type IS NOT NULL AS is_dead, is_good
  FROM fate
  JOIN parsed USING (topic, source_partition, source_offset)
  WHERE NOT is_closing_marker
),
counted AS (
  SELECT
    topic,
    day,
    if(topic <> 'vehicle_positions', nullif(count(*) FILTER (is_good AND topic <> 'orders'), 0), NULL) AS good_events,
    count(*) FILTER (is_late) AS late_events,
    count(*) FILTER (is_dead) AS dead_letters
  FROM fates
  WHERE topic <> 'weather' OR NOT is_good
  GROUP BY topic, day
),
orders AS (
  SELECT 'orders' AS topic, CAST(ordered_at AS DATE) AS day, count(DISTINCT order_id) AS good_orders
  FROM expected.order_items
  WHERE product_id > 0
  GROUP BY ALL
),
together AS (
  SELECT
    topic,
    day,
    coalesce(good_events, good_orders) AS good_events,
    coalesce(late_events, 0) AS late_events,
    coalesce(dead_letters, 0) AS dead_letters
  FROM counted
  FULL JOIN orders USING (topic, day)
)
SELECT
  date_key_of(day) AS date_key,
  topic,
  good_events,
  late_events,
  dead_letters,
  if(topic IN ('vehicle_positions', 'weather'), NULL, coalesce(good_events, 0) + late_events + dead_letters) AS events,
  share(late_events, events) AS late_share,
  share(dead_letters, events) AS dead_share,
  md5(format('{}|{}', topic, day)) AS event_quality_day_key
FROM together
WHERE coalesce(good_events, 0) + late_events + dead_letters > 0;
