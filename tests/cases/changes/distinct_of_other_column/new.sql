-- Visitors by page
INSERT INTO counts
SELECT page, COUNT(DISTINCT country) AS n
FROM clicks
GROUP BY page;
