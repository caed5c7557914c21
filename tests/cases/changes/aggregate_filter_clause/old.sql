-- Time on one page, by user
INSERT INTO totals
SELECT user_id, COUNT(*) AS n, CAST(SUM(ms) FILTER (WHERE page = 'home') AS DECIMAL(38, 2)) AS total
FROM clicks
GROUP BY user_id;
