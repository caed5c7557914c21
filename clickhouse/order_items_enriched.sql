-- Order lines, enriched
-- What was sold to whom, by whom and where, and what did it earn?
-- The newest version of each row; FINAL settles here what merges settle later.
CREATE VIEW ${NS:-}order_items_enriched AS
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
  landed_at
FROM ${NS:-}order_items_enriched_rows FINAL;
