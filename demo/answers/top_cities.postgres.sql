-- Top cities now (PostgreSQL)
-- Which cities sold most in the last five minutes that are complete?
SELECT
  city_id,
  SUM(revenue)              AS revenue_eur,
  SUM(orders)               AS orders,
  MAX(minute)::time(0)      AS newest_minute
FROM bronze.revenue_by_city_minute
WHERE minute > (SELECT MAX(minute) - INTERVAL '5 minutes' FROM bronze.revenue_by_city_minute)
GROUP BY city_id
ORDER BY revenue_eur DESC, city_id
LIMIT 5
