-- Country of each user, by page
INSERT INTO ranked
SELECT page, CAST(1 AS BIGINT) AS place, JSON_OBJECTAGG(KEY user_id VALUE country ABSENT ON NULL) AS item, COUNT(*) AS n
FROM clicks
GROUP BY page;
