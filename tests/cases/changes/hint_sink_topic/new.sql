-- Clicks by page
INSERT INTO counts /*+ OPTIONS('topic' = '${NS:-}counts_again') */
SELECT page, COUNT(*) AS n
FROM clicks
WHERE ms > 30
GROUP BY page;
