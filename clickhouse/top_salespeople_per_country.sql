-- Top salespeople per country and day
-- Which three salespeople earn most in each country today?
-- The newest version of each row; FINAL settles here what merges settle later.
CREATE VIEW ${NS:-}top_salespeople_per_country AS
SELECT
  country_code,
  day,
  rank,
  salesperson_id,
  salesperson,
  revenue,
  orders,
  landed_at
FROM ${NS:-}top_salespeople_per_country_rows FINAL;
