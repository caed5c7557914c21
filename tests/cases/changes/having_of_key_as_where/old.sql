-- Clicks by page, without the end
INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
GROUP BY page
HAVING page <> 'end';
