-- Users by page, in the order of their clicks
INSERT INTO ranked
SELECT page, CAST(1 AS BIGINT) AS place, LISTAGG(user_id, '|') AS item, COUNT(*) AS n
FROM clicks
GROUP BY page;
