-- Visitors by page
INSERT INTO counts
SELECT page, COUNT(DISTINCT user_id) AS n
FROM clicks
GROUP BY page;
