-- Users who saw two slow pages in a row and then a fast one
INSERT INTO lines
SELECT user_id, page, CAST(slowest AS DECIMAL(12, 2)) AS amount, ended_at
FROM clicks
MATCH_RECOGNIZE (
  PARTITION BY user_id
  ORDER BY clicked_at
  MEASURES
    LAST(slow.page)                            AS page,
    MAX(slow.ms)                               AS slowest,
    CAST(fast.clicked_at AS TIMESTAMP_LTZ(3))  AS ended_at
  ONE ROW PER MATCH
  AFTER MATCH SKIP PAST LAST ROW
  PATTERN (slow{2} fast)
  DEFINE
    slow AS slow.ms >= 80,
    fast AS fast.ms < 80
);
