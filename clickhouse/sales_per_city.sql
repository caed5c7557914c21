-- Sales per city over the last 15 minutes
-- Which cities sell most right now?
-- The newest version of each row; FINAL settles here what merges settle later.
CREATE VIEW ${NS:-}sales_per_city AS
SELECT
  city_id,
  window_start,
  window_end,
  revenue,
  orders,
  items,
  city_rank,
  landed_at
FROM ${NS:-}sales_per_city_rows FINAL;
