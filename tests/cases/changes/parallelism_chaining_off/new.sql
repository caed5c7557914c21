-- Clicks by user, and the time they took
SET 'pipeline.operator-chaining.enabled' = 'false';

INSERT INTO totals
SELECT user_id, COUNT(*) AS n, CAST(SUM(ms) AS DECIMAL(38, 2)) AS total
FROM clicks
GROUP BY user_id;
