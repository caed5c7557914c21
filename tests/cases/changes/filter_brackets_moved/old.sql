-- Clicks of one country, by page
INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
WHERE country = 'DE' AND (ms > 100 OR user_id = 'u2')
GROUP BY page;
