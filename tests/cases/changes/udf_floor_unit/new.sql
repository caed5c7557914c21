-- Clicks by hour
INSERT INTO counts
SELECT CAST(FLOOR(clicked_at TO HOUR) AS STRING) AS name, COUNT(*) AS n
FROM clicks
GROUP BY FLOOR(clicked_at TO HOUR);
