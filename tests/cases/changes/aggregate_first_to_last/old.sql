-- First page of each user
INSERT INTO ranked
SELECT user_id, CAST(1 AS BIGINT) AS place, FIRST_VALUE(page) AS item, COUNT(*) AS n
FROM clicks
GROUP BY user_id;
