-- The three pages each country looks at most
INSERT INTO ranked
SELECT country, place, page, n
FROM (
  SELECT country, page, n, ROW_NUMBER() OVER (PARTITION BY country ORDER BY n DESC, page ASC) AS place
  FROM (
    SELECT country, page, COUNT(*) AS n
    FROM clicks
    GROUP BY country, page
  )
)
WHERE place <= 3;
