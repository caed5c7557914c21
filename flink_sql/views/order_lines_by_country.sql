-- Order lines by the salesperson's country
-- For which country did the salesperson of each line work when it was ordered?
-- An event-time temporal join takes the version valid at `ordered_at`: who moves leaves earlier sales behind.
-- INNER: lines of salespeople nobody knew at that time are left out. Closing markers have product 0.
CREATE VIEW order_lines_by_country AS
SELECT
  salesperson.country_code,
  salesperson.salesperson_id,
  salesperson.name                AS salesperson,
  line.order_id,
  line.ordered_at,
  line.quantity * line.unit_price AS revenue
FROM order_items AS line
INNER JOIN shop_salespeople FOR SYSTEM_TIME AS OF line.ordered_at AS salesperson
  ON line.salesperson_id = salesperson.salesperson_id
WHERE line.product_id > 0;
