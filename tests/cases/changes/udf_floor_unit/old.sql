-- Clicks by minute
INSERT INTO counts
SELECT CAST(FLOOR(clicked_at TO MINUTE) AS STRING) AS name, COUNT(*) AS n
FROM clicks
GROUP BY FLOOR(clicked_at TO MINUTE);
