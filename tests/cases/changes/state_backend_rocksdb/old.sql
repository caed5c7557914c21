-- Clicks by page
SET 'state.backend.type' = 'hashmap';

INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
GROUP BY page;
