-- Clicks by day
SET 'table.local-time-zone' = 'UTC';

INSERT INTO counts
SELECT CAST(CAST(clicked_at AS DATE) AS STRING) AS name, COUNT(*) AS n
FROM clicks
GROUP BY CAST(clicked_at AS DATE);
