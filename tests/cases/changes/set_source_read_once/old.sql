-- Clicks by page, and by user
SET 'table.optimizer.reuse-source-enabled' = 'false';
SET 'table.optimizer.reuse-sub-plan-enabled' = 'false';

EXECUTE STATEMENT SET
BEGIN

INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM clicks
GROUP BY page;

INSERT INTO totals
SELECT user_id, COUNT(*) AS n, CAST(COUNT(page) AS DECIMAL(38, 2)) AS total
FROM clicks
GROUP BY user_id;

END;
