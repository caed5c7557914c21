-- Expected order lines of the warehouse
-- Straight from the good events: each dimension's newest version not younger than the order, or the unknown row.
CREATE OR REPLACE TABLE expected.fct_order_item AS
SELECT
  md5(format('{}|{}', items.order_id, items.line_no)) AS order_item_key,
  items.order_id,
  items.line_no,
  items.ordered_at,
  CAST(strftime(items.ordered_at, '%Y%m%d') AS INTEGER) AS date_key,
  coalesce(products.product_key, unknown()) AS product_key,
  coalesce(customers.customer_key, unknown()) AS customer_key,
  coalesce(salespeople.salesperson_key, unknown()) AS salesperson_key,
  coalesce(cities.city_key, unknown()) AS city_key,
  items.channel,
  items.quantity,
  items.unit_price,
  enriched.list_price,
  enriched.unit_cost,
  enriched.revenue,
  enriched.cost,
  enriched.margin
FROM expected.order_items AS items
JOIN expected.order_items_enriched AS enriched USING (order_id, line_no)
ASOF LEFT JOIN (FROM expected.dim_product WHERE product_id > 0) AS products
  ON products.product_id = items.product_id AND products.valid_from <= items.ordered_at
ASOF LEFT JOIN (FROM expected.dim_salesperson WHERE salesperson_id > 0) AS salespeople
  ON salespeople.salesperson_id = items.salesperson_id AND salespeople.valid_from <= items.ordered_at
LEFT JOIN expected.dim_customer AS customers ON customers.customer_id = items.customer_id
LEFT JOIN expected.dim_city AS cities ON cities.city_id = items.city_id
WHERE items.product_id > 0;
