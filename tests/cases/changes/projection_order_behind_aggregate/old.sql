-- Time spent by user
INSERT INTO totals (name, n, total)
SELECT name, n, total
FROM (
  SELECT user_id AS name, COUNT(*) AS n, CAST(SUM(ms) AS DECIMAL(38, 2)) AS total
  FROM clicks
  GROUP BY user_id
);
