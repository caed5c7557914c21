-- Fate of each record
-- What must become of every record of `orders`: a dead letter and why, a late event, or order items?
-- Reads `orders` (source_partition, source_offset, record_time, key, value) and the function `tagged_document`.
CREATE OR REPLACE MACRO is_absent(j) AS j IS NULL OR json_type(j) = 'NULL';
CREATE OR REPLACE MACRO literal(j) AS regexp_replace(j ->> '$', '^(string|number|boolean):', '');
CREATE OR REPLACE MACRO is_string(j) AS json_type(j) = 'VARCHAR' AND starts_with(j ->> '$', 'string:');
CREATE OR REPLACE MACRO is_number(j) AS json_type(j) = 'VARCHAR' AND starts_with(j ->> '$', 'number:');
-- An integer is a number written without fraction or exponent that fits the column (INT) it is meant for.
CREATE OR REPLACE MACRO is_integer(j) AS
  is_number(j) AND regexp_full_match(literal(j), '-?[0-9]+') AND TRY_CAST(literal(j) AS INTEGER) IS NOT NULL;
CREATE OR REPLACE MACRO is_id(j) AS is_string(j) AND regexp_full_match(literal(j), '[0-9]{1,9}');
-- The cast finds days that do not exist; the pattern finds hour 24 and second 60, which the cast would carry over.
CREATE OR REPLACE MACRO is_time(j) AS
  is_string(j)
  AND regexp_full_match(
    literal(j), '[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z'
  )
  AND TRY_CAST(literal(j) AS TIMESTAMP) IS NOT NULL;

CREATE OR REPLACE TABLE parsed AS
SELECT *, CAST(tagged_document(value) AS JSON) AS document
FROM orders;

CREATE OR REPLACE TABLE order_lines AS
SELECT source_partition, source_offset, unnest(json_extract(document, '$.lines[*]')) AS line
FROM parsed;

-- Lines that are not all objects are of the wrong type, whatever keys the others miss.
CREATE OR REPLACE TABLE line_checks AS
SELECT
  source_partition,
  source_offset,
  count(*) AS lines,
  bool_and(json_type(line) = 'OBJECT')
  AND bool_or(
    is_absent(line -> '$.line_no')
    OR is_absent(line -> '$.product_id')
    OR is_absent(line -> '$.quantity')
    OR is_absent(line -> '$.unit_price')
  ) AS missing_field,
  bool_or(
    json_type(line) <> 'OBJECT'
    OR NOT is_integer(line -> '$.line_no')
    OR NOT is_id(line -> '$.product_id')
    OR NOT is_integer(line -> '$.quantity')
    OR NOT is_number(line -> '$.unit_price')
  ) AS wrong_type,
  bool_or(TRY_CAST(literal(line -> '$.quantity') AS INTEGER) <= 0) AS quantity_not_positive
FROM order_lines
GROUP BY ALL;

CREATE OR REPLACE TABLE checks AS
SELECT
  source_partition,
  source_offset,
  record_time,
  document,
  coalesce(lines, 0) AS lines,
  document IS NULL AS not_json,
  is_absent(document -> '$.order_id')
  OR is_absent(document -> '$.customer_id')
  OR is_absent(document -> '$.salesperson_id')
  OR is_absent(document -> '$.city_id')
  OR is_absent(document -> '$.channel')
  OR is_absent(document -> '$.ordered_at')
  OR is_absent(document -> '$.promised_at')
  OR is_absent(document -> '$.lines')
  OR coalesce(missing_field, false) AS missing_field,
  NOT is_string(document -> '$.order_id')
  OR NOT is_string(document -> '$.channel')
  OR NOT is_id(document -> '$.customer_id')
  OR NOT is_id(document -> '$.salesperson_id')
  OR NOT is_id(document -> '$.city_id')
  OR NOT is_time(document -> '$.ordered_at')
  OR NOT is_time(document -> '$.promised_at')
  OR coalesce(wrong_type, true) AS wrong_type,
  literal(document -> '$.channel') NOT IN ('web', 'store', 'phone') AS unknown_enum,
  quantity_not_positive,
  TRY_CAST(literal(document -> '$.ordered_at') AS TIMESTAMP) AS ordered_at
FROM parsed
LEFT JOIN line_checks USING (source_partition, source_offset);

-- The order of the branches is the contract's: the first failing check is the reason, and bad goes before late.
CREATE OR REPLACE TABLE fate AS
SELECT
  source_partition,
  source_offset,
  lines,
  CASE
    WHEN not_json THEN 'not_json'
    WHEN missing_field THEN 'missing_field'
    WHEN wrong_type THEN 'wrong_type'
    WHEN unknown_enum THEN 'unknown_enum'
    WHEN quantity_not_positive THEN 'quantity_not_positive'
    WHEN ordered_at > record_time + INTERVAL 60 SECOND THEN 'event_time_in_future'
  END AS error_type,
  error_type IS NULL AND record_time - ordered_at > INTERVAL 10 SECOND AS is_late,
  error_type IS NULL AND NOT is_late AS is_good,
  coalesce(
    error_type IS NULL
    AND literal(document -> '$.order_id') = 'close-' || source_partition
    AND literal(document -> '$.city_id') = '0',
    false
  ) AS is_closing_marker,
  ordered_at
FROM checks;
