-- Copy
INSERT INTO copies
SELECT city_id
FROM by_city;
