-- Clicks by page
INSERT INTO counts
WITH seen AS (
  SELECT user_id, page
  FROM clicks
  GROUP BY user_id, page
)
SELECT page, COUNT(*) AS n
FROM seen
GROUP BY page;
