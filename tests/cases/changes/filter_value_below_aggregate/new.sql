-- Clicks by page
INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
WHERE ms > 100
GROUP BY page;
