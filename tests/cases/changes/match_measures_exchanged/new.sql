-- How long slow pages took by user
INSERT INTO totals
SELECT user_id, COUNT(*) AS n, CAST(SUM(first_measure) AS DECIMAL(38, 2)) AS total
FROM clicks
MATCH_RECOGNIZE (
  PARTITION BY user_id
  ORDER BY clicked_at
  MEASURES
    MIN(slow.ms) AS first_measure,
    MAX(slow.ms) AS second_measure
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (slow{2} fast)
  DEFINE
    slow AS slow.ms >= 80,
    fast AS fast.ms < 80
)
GROUP BY user_id;
