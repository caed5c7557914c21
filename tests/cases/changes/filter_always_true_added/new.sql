-- Clicks by page
INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
WHERE 1 = 1 AND ms > 30
GROUP BY page;
