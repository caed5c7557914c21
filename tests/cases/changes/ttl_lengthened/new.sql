-- Clicks by page
SET 'table.exec.state.ttl' = '7 d';

INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
GROUP BY page;
