-- Clicks by page and 3 minutes
INSERT INTO windows
SELECT page, window_start, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(clicked_at), INTERVAL '3' MINUTE))
GROUP BY page, window_start, window_end;
