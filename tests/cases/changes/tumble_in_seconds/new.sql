-- Clicks by page and 2 minutes
INSERT INTO windows
SELECT page, window_start, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(clicked_at), INTERVAL '120' SECOND(3)))
GROUP BY page, window_start, window_end;
