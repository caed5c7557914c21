-- Orders, judged
-- What is wrong with each order?
-- One column a check, in the data dictionary's order: what is wrong, in words, or NULL. A check means something only where those before it pass.
-- Without state: a record is judged by itself, its lines by regular expressions over their canonical JSON.
CREATE VIEW orders_judged AS
SELECT
  source_topic,
  source_partition,
  source_offset,
  record_time,
  key_bytes,
  value_bytes,
  order_id,
  customer_id,
  salesperson_id,
  city_id,
  channel,
  ordered_time,
  promised_time,
  line_objects,
  findings.*
FROM (
  SELECT
    *,
    CARDINALITY(line_objects) > 0 AND CARDINALITY(line_objects) = line_count AS has_line_objects,
    -- `++` never steps back: thousands of lines need no deeper stack than one.
    REGEXP(
      lines_text,
      '^(?:\{"line_no":-?[0-9]+,"product_id":"[0-9]{1,9}","quantity":-?[0-9]+,"unit_price":-?[0-9]{1,10}(?:\.[0-9]+)?(?:E[+-][0-9])?\}\n?)++$'
    ) AS has_typed_lines,
    TO_TIMESTAMP_LTZ(JSON_VALUE(ordered_at, '$[0]'), 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z''', 'UTC') AS ordered_time,
    TO_TIMESTAMP_LTZ(JSON_VALUE(promised_at, '$[0]'), 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z''', 'UTC') AS promised_time
  FROM (
    SELECT *, ARRAY_JOIN(line_objects, CHR(10)) AS lines_text
    FROM orders_read
  ) AS texts
) AS fields
CROSS JOIN UNNEST(ARRAY[ROW(
  -- not_json
  CASE
    WHEN value_bytes IS NULL THEN 'the value is null (a tombstone)'
    WHEN NOT is_utf8         THEN 'the value is not UTF-8 text'
    WHEN NOT is_json_object  THEN 'the value is not one well-formed JSON object'
  END,
  -- missing_field: a path of one key gives an element for each line that has the key, NULL where the key is null
  CASE
    WHEN order_id IS NULL       THEN 'order_id is absent or null'
    WHEN customer_id IS NULL    THEN 'customer_id is absent or null'
    WHEN salesperson_id IS NULL THEN 'salesperson_id is absent or null'
    WHEN city_id IS NULL        THEN 'city_id is absent or null'
    WHEN channel IS NULL        THEN 'channel is absent or null'
    WHEN ordered_at IS NULL     THEN 'ordered_at is absent or null'
    WHEN promised_at IS NULL    THEN 'promised_at is absent or null'
    WHEN has_line_objects IS TRUE AND NOT has_typed_lines THEN
      CASE
        WHEN CARDINALITY(ARRAY_REMOVE(JSON_QUERY(value_text, '$.lines[0:].line_no' RETURNING ARRAY<STRING>), NULL)) < line_count
          THEN 'line_no is absent or null in a line'
        WHEN CARDINALITY(ARRAY_REMOVE(JSON_QUERY(value_text, '$.lines[0:].product_id' RETURNING ARRAY<STRING>), NULL)) < line_count
          THEN 'product_id is absent or null in a line'
        WHEN CARDINALITY(ARRAY_REMOVE(JSON_QUERY(value_text, '$.lines[0:].quantity' RETURNING ARRAY<STRING>), NULL)) < line_count
          THEN 'quantity is absent or null in a line'
        WHEN CARDINALITY(ARRAY_REMOVE(JSON_QUERY(value_text, '$.lines[0:].unit_price' RETURNING ARRAY<STRING>), NULL)) < line_count
          THEN 'unit_price is absent or null in a line'
      END
    WHEN has_line_objects IS NOT TRUE AND NOT JSON_EXISTS(value_text, '$.lines') THEN 'lines is absent or null'
  END,
  -- wrong_type: a time that reads back as it was written is a real one; 30 February would come back as the 28th
  CASE
    WHEN order_id NOT LIKE '["%'                         THEN CONCAT('order_id must be text, found ', order_id)
    WHEN NOT REGEXP(customer_id, '^\["[0-9]{1,9}"]$')    THEN CONCAT('customer_id must be text of 1 to 9 digits, found ', customer_id)
    WHEN NOT REGEXP(salesperson_id, '^\["[0-9]{1,9}"]$') THEN CONCAT('salesperson_id must be text of 1 to 9 digits, found ', salesperson_id)
    WHEN NOT REGEXP(city_id, '^\["[0-9]{1,9}"]$')        THEN CONCAT('city_id must be text of 1 to 9 digits, found ', city_id)
    WHEN channel NOT LIKE '["%'                          THEN CONCAT('channel must be text, found ', channel)
    WHEN (DATE_FORMAT(ordered_time, '''["''yyyy-MM-dd''T''HH:mm:ss.SSS''Z"]''') = ordered_at) IS NOT TRUE
      THEN CONCAT('ordered_at must be a time such as "2026-01-31T12:00:00.000Z", found ', ordered_at)
    WHEN (DATE_FORMAT(promised_time, '''["''yyyy-MM-dd''T''HH:mm:ss.SSS''Z"]''') = promised_at) IS NOT TRUE
      THEN CONCAT('promised_at must be a time such as "2026-01-31T12:00:00.000Z", found ', promised_at)
    WHEN has_line_objects IS NOT TRUE
      THEN CONCAT('lines must be an array of objects and not empty, found ', JSON_QUERY(value_text, '$.lines' WITH WRAPPER))
    WHEN REGEXP(lines_text, '"line_no":(?!-?[0-9]+,)')
      THEN CONCAT('line_no must be an integer, found ', JSON_QUERY(value_text, '$.lines[0:].line_no'))
    WHEN REGEXP(lines_text, '"product_id":(?!"[0-9]{1,9}",)')
      THEN CONCAT('product_id must be text of 1 to 9 digits, found ', JSON_QUERY(value_text, '$.lines[0:].product_id'))
    WHEN REGEXP(lines_text, '"quantity":(?!-?[0-9]+,)')
      THEN CONCAT('quantity must be an integer, found ', JSON_QUERY(value_text, '$.lines[0:].quantity'))
    WHEN NOT has_typed_lines
      THEN CONCAT('unit_price must be a number below 10 billion, found ', JSON_QUERY(value_text, '$.lines[0:].unit_price'))
    WHEN TRY_CAST(REGEXP_EXTRACT_ALL(lines_text, '"(?:line_no|quantity)":(-?[0-9]+)', 1) AS ARRAY<INT>) IS NULL
      THEN 'line_no and quantity must be integers of at most 32 bits'
  END,
  -- unknown_enum
  CASE
    WHEN channel NOT IN ('["web"]', '["store"]', '["phone"]') THEN CONCAT('channel must be web, store or phone, found ', channel)
  END,
  -- quantity_not_positive
  CASE
    WHEN REGEXP(lines_text, '"quantity":(?:-|0)')
      THEN CONCAT('quantity must be at least 1, found ', JSON_QUERY(value_text, '$.lines[0:].quantity'))
  END,
  -- event_time_in_future
  CASE
    WHEN ordered_time > record_time + INTERVAL '60' SECOND
      THEN CONCAT('ordered_at is more than 60 s after the record time ', DATE_FORMAT(record_time, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''), ', found ', ordered_at)
  END
)]) AS findings (
  not_json,
  missing_field,
  wrong_type,
  unknown_enum,
  quantity_not_positive,
  event_time_in_future
);
