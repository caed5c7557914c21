-- Slow clicks of one country, by page
INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
WHERE country = 'DE' AND ms > 30
GROUP BY page;
