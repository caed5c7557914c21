-- Clicks by page
INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
GROUP BY page;
