-- Clicks by page and 2 minutes
INSERT INTO ranked
SELECT page, CAST(MINUTE(window_start) AS BIGINT) AS place, UPPER(MAX(user_id)) AS item, COUNT(*) AS n
FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(clicked_at), INTERVAL '2' MINUTE))
GROUP BY page, window_start, window_end;
