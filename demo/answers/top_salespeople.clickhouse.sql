-- Top salesperson of each country today (ClickHouse, from the job top_salespeople_per_country)
-- Who earns most for the country they work for? Who moves takes no sales along.
SELECT
  country_code,
  salesperson,
  revenue AS revenue_eur,
  orders  AS orders_count,
  day
FROM top_salespeople_per_country
WHERE rank = 1 AND day = (SELECT max(day) FROM top_salespeople_per_country)
ORDER BY revenue DESC
LIMIT 8
