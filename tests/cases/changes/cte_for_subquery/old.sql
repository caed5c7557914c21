-- Clicks of slow pages by user
INSERT INTO totals
SELECT user_id, COUNT(*) AS n, CAST(SUM(ms) AS DECIMAL(38, 2)) AS total
FROM (SELECT user_id, ms FROM clicks WHERE ms > 60)
GROUP BY user_id;
