-- Revenue minute by minute (ClickHouse)
-- How has the company sold over the last ten minutes?
SELECT
  formatDateTime(minute, '%H:%i') AS minute_utc,
  sum(revenue)                    AS revenue_eur,
  sum(orders)                     AS orders_count,
  count()                         AS cities
FROM revenue_by_city_minute
WHERE minute > (SELECT max(minute) - INTERVAL 10 MINUTE FROM revenue_by_city_minute)
GROUP BY minute
ORDER BY minute DESC
LIMIT 10
