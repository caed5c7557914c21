-- Clicks by page
EXECUTE STATEMENT SET
BEGIN

INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
GROUP BY page;

END;
