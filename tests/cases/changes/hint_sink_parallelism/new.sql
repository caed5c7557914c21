-- Clicks by page
INSERT INTO counts /*+ OPTIONS('sink.parallelism' = '1') */
SELECT page, COUNT(*) AS n
FROM clicks
WHERE ms > 30
GROUP BY page;
