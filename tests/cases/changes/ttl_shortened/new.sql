SET 'table.exec.state.ttl' = '5 s';

-- Clicks by page
INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
GROUP BY page;
