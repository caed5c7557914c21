-- Words by number
INSERT INTO counts
SELECT t.word, COUNT(*) AS n
FROM (
  SELECT UPPER(page) AS second_word, UPPER(country) AS first_word
  FROM clicks
) AS c
CROSS JOIN UNNEST(ARRAY[c.first_word, 'ALL']) AS t (word)
GROUP BY t.word;
