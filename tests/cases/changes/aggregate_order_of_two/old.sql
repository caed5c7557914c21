-- Clicks and time by user
INSERT INTO changes (name, n, total)
SELECT user_id, COUNT(ms) AS n, SUM(ms) AS total
FROM clicks
GROUP BY user_id;
