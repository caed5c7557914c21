-- Clicks that took long, and others
SET 'table.exec.legacy-cast-behaviour' = 'ENABLED';

INSERT INTO counts
SELECT CAST(ms > 100 AS STRING) AS name, COUNT(*) AS n
FROM clicks
GROUP BY CAST(ms > 100 AS STRING);
