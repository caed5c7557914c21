-- Seen
INSERT INTO totals
SELECT city_id, CAST(amont AS DECIMAL(38, 2)) AS revenue
FROM seen;
