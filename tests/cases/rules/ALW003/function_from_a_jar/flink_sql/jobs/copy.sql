-- Copy
CREATE TEMPORARY FUNCTION IF NOT EXISTS clean AS 'com.example.Clean' USING JAR '/opt/functions.jar';
INSERT INTO copies
SELECT order_id, city_id, amount, ordered_at
FROM orders;
