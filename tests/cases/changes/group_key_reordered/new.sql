-- Clicks by user and page
INSERT INTO ranked
SELECT user_id, CAST(1 AS BIGINT) AS place, MAX(page) AS item, COUNT(*) AS n
FROM (SELECT page, user_id, ms FROM clicks)
GROUP BY page, user_id;
