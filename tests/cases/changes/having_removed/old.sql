-- Pages that are looked at more than once
INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
GROUP BY page
HAVING COUNT(*) > 1;
