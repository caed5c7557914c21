-- Slow clicks of one country, by page
INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
WHERE ms > 30 AND country = 'DE'
GROUP BY page;
