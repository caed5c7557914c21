-- Clicks by page, without the end
INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
WHERE page <> 'end'
GROUP BY page;
