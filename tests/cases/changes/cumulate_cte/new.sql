-- Clicks by page so far in these ten minutes, every two
INSERT INTO ranked
WITH spans AS (
  SELECT page, window_start, window_end
  FROM TABLE(CUMULATE(TABLE clicks, DESCRIPTOR(clicked_at), INTERVAL '2' MINUTE, INTERVAL '10' MINUTE))
)
SELECT page, CAST(MINUTE(window_end) AS BIGINT) AS place, CAST(window_start AS STRING) AS item, COUNT(*) AS n
FROM spans
GROUP BY page, window_start, window_end;
