-- Clicks of ordinary length, by page
INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
WHERE ms BETWEEN 50 AND 300
GROUP BY page;
