-- Clicks by page
INSERT INTO counts
WITH seen AS (
  SELECT user_id, page
  FROM clicks
)
SELECT page, COUNT(*) AS n
FROM seen
GROUP BY page;
