-- Clicks by page
SET 'table.exec.state.ttl' = '5 s';

INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
GROUP BY page;
