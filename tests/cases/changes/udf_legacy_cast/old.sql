-- Clicks that took long, and others
INSERT INTO counts
SELECT CAST(ms > 100 AS STRING) AS name, COUNT(*) AS n
FROM clicks
GROUP BY CAST(ms > 100 AS STRING);
