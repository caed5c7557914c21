-- Visits: clicks of a user with less than two minutes between them
INSERT INTO windows
SELECT user_id, window_start, COUNT(*) AS clicks_of_visit
FROM TABLE(SESSION(TABLE clicks PARTITION BY user_id, DESCRIPTOR(clicked_at), INTERVAL '2' MINUTE))
GROUP BY user_id, window_start, window_end;
