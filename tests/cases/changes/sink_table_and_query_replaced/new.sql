-- Clicks by page
INSERT INTO totals
SELECT page, COUNT(*) AS n, CAST(0 AS DECIMAL(38, 2)) AS total
FROM clicks
WHERE ms > 100
GROUP BY page;
