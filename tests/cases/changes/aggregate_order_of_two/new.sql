-- Clicks and time by user
INSERT INTO changes (name, total, n)
SELECT user_id, SUM(ms) AS total, COUNT(ms) AS n
FROM clicks
GROUP BY user_id;
