-- Margin by category (PostgreSQL, from the job enrich_order_items)
-- What earns the money? Cost is what the product cost when it was ordered, whatever it costs now.
SELECT
  category,
  SUM(revenue)                                          AS revenue_eur,
  SUM(margin)                                           AS margin_eur,
  ROUND(100 * SUM(margin) / NULLIF(SUM(revenue), 0), 1) AS margin_pct,
  COUNT(DISTINCT order_id)                              AS orders
FROM bronze.order_items_enriched
WHERE category IS NOT NULL
GROUP BY category
ORDER BY margin_eur DESC
LIMIT 8
