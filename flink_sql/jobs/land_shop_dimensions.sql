-- Land the shop's dimensions
-- What do cities, suppliers, customers and warehouses look like now?
-- Debezium's changes become upserts: one current row an id. Four small streams share one job. Row 0 is the heartbeat.
SET 'parallelism.default' = '1';

EXECUTE STATEMENT SET
BEGIN

INSERT INTO bronze_cities
SELECT
  city_id,
  name,
  country,
  country_code,
  latitude,
  longitude,
  population,
  CAST(updated_at AS TIMESTAMP(3))
FROM shop_cities
WHERE city_id > 0;

INSERT INTO bronze_suppliers
SELECT supplier_id, name, city_id, email, rating, active, CAST(updated_at AS TIMESTAMP(3))
FROM shop_suppliers
WHERE supplier_id > 0;

INSERT INTO bronze_customers
SELECT customer_id, name, email, city_id, segment, CAST(updated_at AS TIMESTAMP(3))
FROM shop_customers
WHERE customer_id > 0;

INSERT INTO bronze_warehouses
SELECT warehouse_id, name, city_id, capacity, CAST(updated_at AS TIMESTAMP(3))
FROM shop_warehouses
WHERE warehouse_id > 0;

END;
