-- Words by number
INSERT INTO counts
SELECT t.word, COUNT(*) AS n
FROM (
  SELECT UPPER(page) AS first_word, UPPER(country) AS second_word
  FROM clicks
) AS c
CROSS JOIN UNNEST(ARRAY[c.first_word, 'ALL']) AS t (word)
GROUP BY t.word;
