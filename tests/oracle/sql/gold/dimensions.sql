-- Expected dimensions
-- A key is the MD5 of the id, with the version's beginning where there are versions; the row with key 0…0 and id 0
-- stands for what is not known.
CREATE OR REPLACE MACRO unknown() AS repeat('0', 32);

CREATE OR REPLACE MACRO key_of(id) AS md5(CAST(id AS VARCHAR));

-- A quotient to `places` digits, half away from zero, in whole numbers so that no float has a say; NULL without divisor.
CREATE OR REPLACE MACRO quotient(dividend, divisor, places) AS
  CAST(
    sign(dividend)
    * ((2 * abs(CAST(dividend AS HUGEINT)) * CAST(pow(10, places) AS HUGEINT) + divisor) // nullif(2 * CAST(divisor AS HUGEINT), 0))
    AS DECIMAL(30, 0)
  );

CREATE OR REPLACE TABLE expected.dim_product AS
WITH versions AS (
  SELECT DISTINCT ON (product_id, updated_at) * FROM expected.product_history
  ORDER BY product_id, updated_at, source_offset DESC
),
ends AS (
  SELECT product_id, versions.updated_at, min(later.updated_at) AS valid_to
  FROM versions
  LEFT JOIN versions AS later USING (product_id)
  WHERE later.updated_at > versions.updated_at
  GROUP BY ALL
)
SELECT
  md5(format('{}|{}', product_id, epoch_ms(updated_at))) AS product_key,
  product_id,
  sku,
  name AS product_name,
  category,
  supplier_id,
  unit_cost,
  list_price,
  weight_kg,
  reorder_point,
  cold_chain AS is_cold_chain,
  active AS is_active,
  updated_at AS valid_from,
  valid_to,
  valid_to IS NULL AS is_current
FROM versions
LEFT JOIN ends USING (product_id, updated_at)
UNION ALL BY NAME
SELECT unknown() AS product_key, 0 AS product_id, 'unknown' AS product_name, '-infinity'::TIMESTAMP AS valid_from,
  true AS is_current;

CREATE OR REPLACE TABLE expected.dim_salesperson AS
WITH versions AS (
  SELECT DISTINCT ON (salesperson_id, updated_at) * FROM expected.salesperson_history
  ORDER BY salesperson_id, updated_at, source_offset DESC
),
ends AS (
  SELECT salesperson_id, versions.updated_at, min(later.updated_at) AS valid_to
  FROM versions
  LEFT JOIN versions AS later USING (salesperson_id)
  WHERE later.updated_at > versions.updated_at
  GROUP BY ALL
)
SELECT
  md5(format('{}|{}', salesperson_id, epoch_ms(updated_at))) AS salesperson_key,
  salesperson_id,
  name AS salesperson_name,
  country_code,
  team,
  active AS is_active,
  updated_at AS valid_from,
  valid_to,
  valid_to IS NULL AS is_current
FROM versions
LEFT JOIN ends USING (salesperson_id, updated_at)
UNION ALL BY NAME
SELECT unknown() AS salesperson_key, 0 AS salesperson_id, 'unknown' AS salesperson_name,
  '-infinity'::TIMESTAMP AS valid_from, true AS is_current;

CREATE OR REPLACE TABLE expected.dim_city AS
SELECT key_of(city_id) AS city_key, city_id, name AS city_name, country, country_code, latitude, longitude, population
FROM shop_now.cities
UNION ALL BY NAME
SELECT unknown() AS city_key, 0 AS city_id, 'unknown' AS city_name;

SET VARIABLE city_ids = (SELECT list(city_id) FROM shop_now.cities);

CREATE OR REPLACE MACRO city_key_of(id) AS if(list_contains(getvariable('city_ids'), id), key_of(id), unknown());

CREATE OR REPLACE TABLE expected.dim_customer AS
SELECT key_of(customer_id) AS customer_key, customer_id, name AS customer_name, segment, city_key_of(city_id) AS city_key
FROM shop_now.customers
UNION ALL BY NAME
SELECT unknown() AS customer_key, 0 AS customer_id, 'unknown' AS customer_name, unknown() AS city_key;

CREATE OR REPLACE TABLE expected.dim_supplier AS
SELECT key_of(supplier_id) AS supplier_key, supplier_id, name AS supplier_name, city_key_of(city_id) AS city_key, rating,
  active AS is_active
FROM shop_now.suppliers
UNION ALL BY NAME
SELECT unknown() AS supplier_key, 0 AS supplier_id, 'unknown' AS supplier_name, unknown() AS city_key;

CREATE OR REPLACE TABLE expected.dim_warehouse AS
SELECT key_of(warehouse_id) AS warehouse_key, warehouse_id, name AS warehouse_name, city_key_of(city_id) AS city_key, capacity
FROM shop_now.warehouses
UNION ALL BY NAME
SELECT unknown() AS warehouse_key, 0 AS warehouse_id, 'unknown' AS warehouse_name, unknown() AS city_key;

-- Read off the calendar file of the demo where it reaches, which was not made from dim_date.
CREATE OR REPLACE TABLE expected.dim_date AS
SELECT
  CAST(strftime(day, '%Y%m%d') AS INTEGER) AS date_key,
  CAST(day AS DATE) AS day,
  year(day) AS year,
  quarter(day) AS quarter,
  month(day) AS month,
  monthname(day) AS month_name,
  CAST(date_trunc('month', day) AS DATE) AS month_start,
  isoyear(day) AS iso_year,
  weekofyear(day) AS iso_week,
  isodow(day) AS iso_weekday,
  dayname(day) AS weekday_name,
  isodow(day) IN (6, 7) AS is_weekend,
  -- Thanksgiving is the fourth Thursday, so the Friday behind it has 22 to 28 days' Thursdays before it.
  month(day) = 11 AND isodow(day) = 5 AND (dayofmonth(day) - 2) // 7 = 3 AS is_black_friday
FROM range(TIMESTAMP '2020-01-01', TIMESTAMP '2031-01-01', INTERVAL 1 DAY) AS days (day);
