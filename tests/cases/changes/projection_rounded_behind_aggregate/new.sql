-- Time spent by user, in seconds
INSERT INTO changes
SELECT user_id, COUNT(*) AS n, CAST(CAST(SUM(ms) / 1000.0 AS DECIMAL(38, 1)) AS DECIMAL(38, 2)) AS total
FROM clicks
GROUP BY user_id;
