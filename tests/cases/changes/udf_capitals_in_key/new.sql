-- Clicks by page
INSERT INTO counts
SELECT LOWER(page) AS name, COUNT(*) AS n
FROM clicks
GROUP BY LOWER(page);
