-- Clicks by page, and by user
EXECUTE STATEMENT SET
BEGIN

INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
GROUP BY page;

INSERT INTO totals
SELECT user_id, COUNT(*) AS n, CAST(COUNT(page) AS DECIMAL(38, 2)) AS total
FROM clicks
WHERE ms > 60
GROUP BY user_id;

END;
