-- Top cities now, the last 15 minutes (PostgreSQL, from the job sales_per_city)
-- Which cities sell most right now? A window of 15 minutes ends every minute; its rows come 10 s later, when no late order can.
SELECT
  sales.city_rank,
  COALESCE(cities.name, 'city ' || sales.city_id) AS city,
  cities.country_code,
  sales.revenue                                   AS revenue_eur,
  sales.orders,
  (sales.window_end AT TIME ZONE 'UTC')::time(0)  AS until_utc
FROM bronze.sales_per_city AS sales
LEFT JOIN bronze.cities USING (city_id)
WHERE sales.window_end = (SELECT MAX(window_end) FROM bronze.sales_per_city WHERE window_end <= now())
ORDER BY sales.city_rank
LIMIT 5
