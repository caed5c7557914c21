-- Currencies worth their while
INSERT INTO changes
SELECT currency, CAST(1 AS BIGINT) AS n, CAST(rate AS DECIMAL(38, 2)) AS total
FROM rates
WHERE rate > 0.92;
