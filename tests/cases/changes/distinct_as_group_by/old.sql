-- Who has seen which page
INSERT INTO ranked
SELECT name, place, item, n
FROM (
  SELECT DISTINCT user_id AS name, CAST(1 AS BIGINT) AS place, page AS item, CAST(1 AS BIGINT) AS n
  FROM clicks
  WHERE page = 'home'
);
