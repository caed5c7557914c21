-- Clicks by page so far in these ten minutes, every two
INSERT INTO ranked
SELECT page, CAST(MINUTE(window_end) AS BIGINT) AS place, CAST(window_start AS STRING) AS item, COUNT(*) AS n
FROM TABLE(CUMULATE(TABLE clicks, DESCRIPTOR(clicked_at), INTERVAL '2' MINUTE, INTERVAL '10' MINUTE))
GROUP BY page, window_start, window_end;
