-- Clicks by page and day
SET 'table.local-time-zone' = 'UTC';

INSERT INTO windows
SELECT page, window_start, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(clicked_at), INTERVAL '1' DAY))
GROUP BY page, window_start, window_end;
