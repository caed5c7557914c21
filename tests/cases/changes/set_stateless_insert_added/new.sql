-- Clicks by page
EXECUTE STATEMENT SET
BEGIN

INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
GROUP BY page;

INSERT INTO lines
SELECT user_id, page, CAST(ms AS DECIMAL(12, 2)) AS amount, clicked_at
FROM clicks
WHERE ms > 60;

END;
