-- Clicks by user
INSERT INTO totals
SELECT user_id, COUNT(*) AS n, CAST(0 AS DECIMAL(38, 2)) AS total
FROM clicks
GROUP BY user_id;
