-- Clicks by user, and the time they took
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '1 s';
SET 'table.exec.mini-batch.size' = '100';

INSERT INTO totals
SELECT user_id, COUNT(*) AS n, CAST(SUM(ms) AS DECIMAL(38, 2)) AS total
FROM clicks
GROUP BY user_id;
