-- Stock below its reorder point
-- Which products run out, and where?
-- A regular join: whichever side changes, the row is judged anew, and goes when its condition no longer holds.
CREATE VIEW stock_below_reorder_point AS
SELECT
  stock.warehouse_id,
  stock.product_id,
  products.name AS product,
  stock.`level`,
  products.reorder_point,
  stock.last_changed_at
FROM current_inventory_levels AS stock
JOIN shop_products AS products
  ON products.product_id = stock.product_id
  AND stock.`level` < products.reorder_point;
