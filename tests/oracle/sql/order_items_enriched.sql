-- Expected order lines, enriched
-- Each dimension as it was when the order was made: its newest version not younger than `ordered_at`, or nothing.
CREATE OR REPLACE TABLE expected.order_items_enriched AS
SELECT
  items.order_id,
  items.line_no,
  items.ordered_at,
  items.channel,
  items.city_id,
  cities.name AS city,
  cities.country_code,
  items.customer_id,
  customers.name AS customer,
  customers.segment,
  items.salesperson_id,
  salespeople.name AS salesperson,
  salespeople.team,
  salespeople.country_code AS salesperson_country,
  items.product_id,
  products.name AS product,
  products.category,
  products.supplier_id,
  items.quantity,
  items.unit_price,
  products.list_price,
  products.unit_cost,
  CAST(items.quantity * items.unit_price AS DECIMAL(14, 2)) AS revenue,
  CAST(items.quantity * products.unit_cost AS DECIMAL(14, 2)) AS cost,
  CAST(revenue - cost AS DECIMAL(14, 2)) AS margin
FROM expected.order_items AS items
ASOF LEFT JOIN shop.cities ON cities.city_id = items.city_id AND cities.updated_at <= items.ordered_at
ASOF LEFT JOIN shop.customers
  ON customers.customer_id = items.customer_id AND customers.updated_at <= items.ordered_at
ASOF LEFT JOIN shop.salespeople
  ON salespeople.salesperson_id = items.salesperson_id AND salespeople.updated_at <= items.ordered_at
ASOF LEFT JOIN shop.products ON products.product_id = items.product_id AND products.updated_at <= items.ordered_at
WHERE items.product_id > 0;
