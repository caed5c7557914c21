-- Clicks by the first letters of a page
INSERT INTO counts
SELECT SUBSTRING(page, 1, 2) AS name, COUNT(*) AS n
FROM clicks
GROUP BY SUBSTRING(page, 1, 2);
