-- Clicks by page
INSERT INTO counts
SELECT name, n
FROM (
  SELECT page AS name, COUNT(*) AS n
  FROM clicks
  GROUP BY page
)
WHERE n > 1;
