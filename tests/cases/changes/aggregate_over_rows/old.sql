-- Time of each click and the two before
INSERT INTO lines
SELECT user_id, page, CAST(SUM(ms) OVER newest AS DECIMAL(12, 2)) AS amount, clicked_at
FROM clicks
WINDOW newest AS (PARTITION BY user_id ORDER BY clicked_at ROWS BETWEEN 2 PRECEDING AND CURRENT ROW);
