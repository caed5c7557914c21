-- Clicks by user, and the time they took
INSERT INTO totals
SELECT user_id, COUNT(*) AS n, CAST(SUM(ms) AS DECIMAL(38, 2)) AS total
FROM clicks
GROUP BY user_id;
