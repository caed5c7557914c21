-- Last page of each user
INSERT INTO ranked
SELECT user_id, CAST(1 AS BIGINT) AS place, LAST_VALUE(page) AS item, COUNT(*) AS n
FROM clicks
GROUP BY user_id;
