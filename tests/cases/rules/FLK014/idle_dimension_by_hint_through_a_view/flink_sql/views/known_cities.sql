-- Known cities
CREATE VIEW known_cities AS
SELECT city_id, name, updated_at
FROM cities /*+ OPTIONS('scan.watermark.idle-timeout' = '1 s') */;
