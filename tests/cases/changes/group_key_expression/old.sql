-- Clicks by page
INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
WHERE ms > 30
GROUP BY page;
