-- Clicks by page
SET 'table.exec.state.ttl' = '1 d';

INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
GROUP BY page;
