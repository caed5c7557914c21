-- Top products per city and day
-- Which three products earn most in each city today?
-- The newest version of each row; FINAL settles here what merges settle later.
CREATE VIEW ${NS:-}top_products_per_city AS
SELECT
  city_id,
  day,
  rank,
  product_id,
  revenue,
  items,
  landed_at
FROM ${NS:-}top_products_per_city_rows FINAL;
