-- The two pages each country looks at most
INSERT INTO ranked
WITH
  counted AS (
    SELECT country, page, COUNT(*) AS n
    FROM clicks
    GROUP BY country, page
  ),
  numbered AS (
    SELECT country, page, n, ROW_NUMBER() OVER (PARTITION BY country ORDER BY n DESC, page ASC) AS place
    FROM counted
  )
SELECT country, place, page, n
FROM numbered
WHERE place <= 2;
