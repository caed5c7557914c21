-- Clicks by user and page
INSERT INTO ranked
SELECT user_id, CAST(1 AS BIGINT) AS place, MAX(page) AS item, COUNT(*) AS n
FROM (SELECT user_id, page, ms FROM clicks)
GROUP BY user_id, page;
