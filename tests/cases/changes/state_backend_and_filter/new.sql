-- Clicks by page
SET 'state.backend.type' = 'rocksdb';

INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
WHERE ms > 100
GROUP BY page;
