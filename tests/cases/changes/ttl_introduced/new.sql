-- Pages that are looked at more than once
SET 'table.exec.state.ttl' = '30 d';

INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
GROUP BY page
HAVING COUNT(*) > 1;
