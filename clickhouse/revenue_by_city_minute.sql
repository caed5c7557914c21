-- Revenue by city and minute
-- How much does each city sell, minute by minute?
-- The newest version of each row; FINAL settles here what merges settle later.
CREATE VIEW ${NS:-}revenue_by_city_minute AS
SELECT
  city_id,
  minute,
  revenue,
  orders,
  items,
  landed_at
FROM ${NS:-}revenue_by_city_minute_rows FINAL;
