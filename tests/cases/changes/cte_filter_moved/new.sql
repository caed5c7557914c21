-- Slow clicks by page
INSERT INTO counts
WITH seen AS (
  SELECT user_id, page, ms
  FROM clicks
  WHERE ms > 60
)
SELECT page, COUNT(*) AS n
FROM seen
GROUP BY page;
