-- Slow clicks by page
INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM (
  SELECT user_id, page, ms
  FROM clicks
  WHERE ms > 60
)
GROUP BY page;
