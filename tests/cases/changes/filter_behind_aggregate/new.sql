-- Time spent by user
INSERT INTO changes
SELECT name, n, total
FROM (
  SELECT user_id AS name, COUNT(*) AS n, CAST(SUM(ms) AS DECIMAL(38, 2)) AS total
  FROM clicks
  GROUP BY user_id
)
WHERE total > 100;
