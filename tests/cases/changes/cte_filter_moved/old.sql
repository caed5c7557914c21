-- Slow clicks by page
INSERT INTO counts
WITH seen AS (
  SELECT user_id, page, ms
  FROM clicks
)
SELECT page, COUNT(*) AS n
FROM seen
WHERE ms > 60
GROUP BY page;
