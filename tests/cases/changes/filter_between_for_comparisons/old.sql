-- Clicks of ordinary length, by page
INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
WHERE ms >= 50 AND ms <= 300
GROUP BY page;
