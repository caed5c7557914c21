-- Seen
INSERT INTO totals
SELECT city_id, CAST(amount AS DECIMAL(38, 2)) AS revenue
FROM seen;
