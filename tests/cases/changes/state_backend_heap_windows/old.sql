-- Clicks by page and 2 minutes
SET 'state.backend.type' = 'rocksdb';

INSERT INTO windows
SELECT page, window_start, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(clicked_at), INTERVAL '2' MINUTE))
GROUP BY page, window_start, window_end;
