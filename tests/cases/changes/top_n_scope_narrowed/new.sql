-- The two pages each user looks at most
INSERT INTO ranked
SELECT user_id, place, page, n
FROM (
  SELECT user_id, page, n, ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY n DESC, page ASC) AS place
  FROM (
    SELECT user_id, page, COUNT(*) AS n
    FROM clicks
    GROUP BY user_id, page
  )
)
WHERE place <= 2;
