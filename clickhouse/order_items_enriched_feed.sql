-- Order lines, enriched: the feed
-- How does a message of the topic become a row?
-- A line's messages stay in one partition, so the message's offset orders its versions.
CREATE MATERIALIZED VIEW ${NS:-}order_items_enriched_feed TO ${NS:-}order_items_enriched_rows AS
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
  margin,
  _offset AS version
FROM ${NS:-}order_items_enriched_queue;
