-- Best product of each city today (ClickHouse, from the job top_products_per_city)
-- Which product earns most, city by city? Names come from the shop, as they are now.
SELECT
  cities.name   AS city,
  products.name AS product,
  best.revenue  AS revenue_eur,
  best.items    AS items_count,
  best.day      AS day
FROM top_products_per_city AS best
INNER JOIN cities ON cities.city_id = best.city_id
INNER JOIN products ON products.product_id = best.product_id
WHERE best.rank = 1 AND best.day = (SELECT max(day) FROM top_products_per_city)
ORDER BY best.revenue DESC
LIMIT 5
