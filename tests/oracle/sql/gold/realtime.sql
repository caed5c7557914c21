-- Expected real-time models
-- From the expected landings of ClickHouse; a landing told twice changes nothing.
CREATE OR REPLACE TABLE expected.sales_minute AS
SELECT
  date_trunc('minute', ordered_at) AS minute,
  city_id,
  coalesce(order_items_enriched.category, 'unknown') AS category,
  count(DISTINCT order_id) AS orders,
  count(*) AS order_lines,
  CAST(sum(quantity) AS BIGINT) AS units,
  CAST(sum(revenue) AS DECIMAL(18, 2)) AS revenue,
  CAST(coalesce(sum(revenue) FILTER (unit_cost IS NOT NULL), 0) AS DECIMAL(18, 2)) AS costed_revenue,
  CAST(coalesce(sum(revenue - cost), 0) AS DECIMAL(18, 2)) AS margin
FROM expected.order_items_enriched
GROUP BY ALL;

CREATE OR REPLACE TABLE expected.delivery_hour AS
SELECT
  date_trunc('hour', delivered_at) AS hour,
  city_id,
  count(*) AS deliveries,
  count(*) FILTER (delivered_at <= promised_at) AS on_time_deliveries,
  CAST(sum(minutes_late) AS BIGINT) AS minutes_late,
  share(count(*) FILTER (delivered_at <= promised_at), count(*)) AS on_time_share,
  two_digits(sum(minutes_late), count(*)) AS average_delay_minutes
FROM expected.shipment_delays
GROUP BY ALL;

-- The oracle lands the newest position of each vehicle, so a track has one minute.
CREATE OR REPLACE TABLE expected.vehicle_track AS
SELECT
  vehicle_id,
  date_trunc('minute', measured_at) AS minute,
  latitude,
  longitude,
  speed_kmh AS fastest_kmh,
  cargo_temp_c AS warmest_c
FROM expected.vehicle_last_position;

CREATE OR REPLACE TABLE expected.stock_now AS
SELECT
  warehouse_id,
  warehouses.name AS warehouse,
  product_id,
  products.name AS product,
  products.category AS category,
  level,
  reorder_point,
  level <= 0 AS is_out_of_stock,
  coalesce(level < reorder_point, false) AS is_low,
  last_changed_at
FROM expected.inventory_levels
LEFT JOIN shop_now.products USING (product_id)
LEFT JOIN shop_now.warehouses USING (warehouse_id);

CREATE OR REPLACE TABLE expected.event_quality_minute AS
SELECT
  date_trunc('minute', record_time) AS minute,
  topic,
  if(is_late, 'late', error_type) AS reason,
  count(*) AS set_aside
FROM fate
JOIN parsed USING (topic, source_partition, source_offset)
WHERE is_late OR error_type IS NOT NULL
GROUP BY ALL;
