-- Clicks by page
INSERT INTO counts
SELECT UPPER(page) AS name, COUNT(*) AS n
FROM clicks
GROUP BY UPPER(page);
