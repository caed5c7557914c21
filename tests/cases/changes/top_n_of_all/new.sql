-- The pages looked at most
INSERT INTO counts
SELECT page, n
FROM (
  SELECT page, COUNT(*) AS n
  FROM clicks
  GROUP BY page
)
ORDER BY n DESC
LIMIT 3;
