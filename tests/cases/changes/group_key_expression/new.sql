-- Clicks by page
INSERT INTO counts
SELECT SUBSTRING(page, 1, 1) AS name, COUNT(*) AS n
FROM clicks
WHERE ms > 30
GROUP BY SUBSTRING(page, 1, 1);
