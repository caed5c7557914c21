-- Clicks of one country or slow ones, by page
INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
WHERE user_id = 'u2' OR country = 'DE' OR ms > 100
GROUP BY page;
