-- How long each click took, and the one before
INSERT INTO lines
SELECT user_id, page, CAST(LAG(ms, 3) OVER (PARTITION BY user_id ORDER BY clicked_at) AS DECIMAL(12, 2)) AS amount, clicked_at
FROM clicks;
