SET 'pipeline.max-parallelism' = '64';

-- Clicks by page
INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
GROUP BY page;
