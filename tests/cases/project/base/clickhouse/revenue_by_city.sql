-- Revenue by city
CREATE VIEW ${NS:-}revenue_by_city AS
SELECT city_id, revenue
FROM ${NS:-}revenue_by_city_rows FINAL;
