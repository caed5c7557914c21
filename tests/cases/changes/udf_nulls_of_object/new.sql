-- Where the clicks of each page came from, by how long they took
INSERT INTO ranked
SELECT page, CAST(1 AS BIGINT) AS place, JSON_OBJECTAGG(KEY CAST(ms AS STRING) VALUE country ABSENT ON NULL) AS item, COUNT(*) AS n
FROM clicks
GROUP BY page;
