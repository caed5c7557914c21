-- Clicks from abroad, by page
INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
WHERE country <> 'FR'
GROUP BY page;
