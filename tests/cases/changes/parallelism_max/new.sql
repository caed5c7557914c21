-- Clicks by page
SET 'pipeline.max-parallelism' = '32';

INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
GROUP BY page;
