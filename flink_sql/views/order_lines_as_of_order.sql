-- Order lines as of their order
-- What were product, customer, salesperson and city like when each line was ordered, and what did the line earn?
-- Four event-time temporal joins: each takes the version that was valid at `ordered_at`, whatever has changed since.
-- LEFT: an id that nobody knew at that time gives NULLs, and no line is lost. Closing markers have product 0.
CREATE VIEW order_lines_as_of_order AS
SELECT
  line.order_id,
  line.line_no,
  line.ordered_at,
  line.channel,
  line.city_id,
  city.name                                                                      AS city,
  city.country_code,
  line.customer_id,
  customer.name                                                                  AS customer,
  customer.segment,
  line.salesperson_id,
  salesperson.name                                                               AS salesperson,
  salesperson.team,
  salesperson.country_code                                                       AS salesperson_country,
  line.product_id,
  product.name                                                                   AS product,
  product.category,
  product.supplier_id,
  line.quantity,
  line.unit_price,
  product.list_price,
  product.unit_cost,
  CAST(line.quantity * line.unit_price AS DECIMAL(14, 2))                        AS revenue,
  CAST(line.quantity * product.unit_cost AS DECIMAL(14, 2))                      AS cost,
  CAST(line.quantity * (line.unit_price - product.unit_cost) AS DECIMAL(14, 2)) AS margin
FROM order_items AS line
LEFT JOIN shop_products FOR SYSTEM_TIME AS OF line.ordered_at AS product
  ON line.product_id = product.product_id
LEFT JOIN shop_customers FOR SYSTEM_TIME AS OF line.ordered_at AS customer
  ON line.customer_id = customer.customer_id
LEFT JOIN shop_salespeople FOR SYSTEM_TIME AS OF line.ordered_at AS salesperson
  ON line.salesperson_id = salesperson.salesperson_id
LEFT JOIN shop_cities FOR SYSTEM_TIME AS OF line.ordered_at AS city
  ON line.city_id = city.city_id
WHERE line.product_id > 0;
