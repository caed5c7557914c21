-- Clicks by page
INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM (SELECT page, 'web' AS channel FROM clicks)
GROUP BY page, channel;
