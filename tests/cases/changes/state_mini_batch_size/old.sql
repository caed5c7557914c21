-- Clicks by page
SET 'table.exec.mini-batch.enabled' = 'true';
SET 'table.exec.mini-batch.allow-latency' = '1 s';
SET 'table.exec.mini-batch.size' = '100';

INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
GROUP BY page;
