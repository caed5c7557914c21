-- Clicks by page in the last four minutes, every two
INSERT INTO windows
SELECT page, window_start, COUNT(*) AS n
FROM TABLE(HOP(TABLE clicks, DESCRIPTOR(clicked_at), INTERVAL '2' MINUTE, INTERVAL '4' MINUTE))
GROUP BY page, window_start, window_end;
