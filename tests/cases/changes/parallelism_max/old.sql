-- Clicks by page
SET 'pipeline.max-parallelism' = '64';

INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
GROUP BY page;
