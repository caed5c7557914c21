-- Revenue by city
-- How much does each city sell?
-- Written by an upsert.
CREATE TABLE bronze.${NS:-}revenue_by_city (
  city_id TEXT PRIMARY KEY,
  revenue NUMERIC(12, 2)
);
