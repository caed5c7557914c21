-- Orders, checked
-- Which orders can be counted, which came too late, and which cannot be read, and why?
-- From the inside out: the known fields as canonical JSON, their typed values, and the finding: the first check that fails names
-- the error, and a regular expression knows a good record at once. `RAND() < 1` is always true: the planner copies an expression
-- to every place that uses it unless chance is in it. So each is worked out once a record, for all branches of the job together.
-- Without state: a record is judged by itself, its lines by regular expressions over their canonical JSON.
CREATE VIEW orders_checked AS
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
  ordered_at,
  promised_at,
  line_objects,
  SPLIT_INDEX(finding, ':', 0) AS error_type,
  -- What was found stands in a JSON array: its brackets go.
  LEFT(REGEXP_REPLACE(SUBSTRING(finding, POSITION(': ' IN finding) + 2), '(?<= found )\[|]$', ''), 300) AS error_message,
  finding IS NULL AND record_time > ordered_at + INTERVAL '10' SECOND AS is_late
FROM (
  SELECT
    *,
    CASE
      WHEN value_bytes IS NULL AND RAND() < 1 THEN 'not_json: the value is null (a tombstone)'
      -- DECODE puts a replacement mark where bytes are not UTF-8; the way back then gives other bytes.
      WHEN ENCODE(value_text, 'UTF-8') <> value_bytes THEN 'not_json: the value is not UTF-8 text'
      -- JSON functions read no further than the end of the first value. What follows cannot fit both an array and an object around it.
      WHEN is_usual IS NOT TRUE AND (fields IS NULL OR CONCAT('{"value":', value_text, '}') IS NOT JSON OBJECT)
        THEN 'not_json: the value is not one well-formed JSON object'
      -- A time that reads back as it was written is a real one; 30 February would come back as the 28th.
      WHEN (
          (
            is_usual
            OR (
              REGEXP(fields, '^\{"channel":"(?:[^"\\]|\\.)*+","city_id":"[0-9]{1,9}","customer_id":"[0-9]{1,9}","order_id":"(?:[^"\\]|\\.)*+","ordered_at":"[^"]*","promised_at":"[^"]*","salesperson_id":"[0-9]{1,9}"\}$')
              AND has_line_objects
              AND has_typed_lines
              AND TRY_CAST(REGEXP_EXTRACT_ALL(lines_text, '"(?:line_no|quantity)":(-?[0-9]+)', 1) AS ARRAY<INT>) IS NOT NULL
            )
          )
          AND POSITION(DATE_FORMAT(ordered_at, '''"ordered_at":"''yyyy-MM-dd''T''HH:mm:ss.SSS''Z"''') IN fields) > 0
          AND POSITION(DATE_FORMAT(promised_at, '''"promised_at":"''yyyy-MM-dd''T''HH:mm:ss.SSS''Z"''') IN fields) > 0
      ) IS NOT TRUE THEN CASE
        WHEN JSON_QUERY(fields, '$.order_id' WITH WRAPPER)       IS NULL THEN 'missing_field: order_id is absent or null'
        WHEN JSON_QUERY(fields, '$.customer_id' WITH WRAPPER)    IS NULL THEN 'missing_field: customer_id is absent or null'
        WHEN JSON_QUERY(fields, '$.salesperson_id' WITH WRAPPER) IS NULL THEN 'missing_field: salesperson_id is absent or null'
        WHEN JSON_QUERY(fields, '$.city_id' WITH WRAPPER)        IS NULL THEN 'missing_field: city_id is absent or null'
        WHEN JSON_QUERY(fields, '$.channel' WITH WRAPPER)        IS NULL THEN 'missing_field: channel is absent or null'
        WHEN JSON_QUERY(fields, '$.ordered_at' WITH WRAPPER)     IS NULL THEN 'missing_field: ordered_at is absent or null'
        WHEN JSON_QUERY(fields, '$.promised_at' WITH WRAPPER)    IS NULL THEN 'missing_field: promised_at is absent or null'
        WHEN has_line_objects IS NOT TRUE AND NOT JSON_EXISTS(value_text, '$.lines') THEN 'missing_field: lines is absent or null'
        -- A path of one key gives an element for each line that has the key, NULL where the key is null.
        WHEN has_line_objects AND NOT has_typed_lines AND CARDINALITY(ARRAY_REMOVE(JSON_QUERY(value_text, '$.lines[0:].line_no' RETURNING ARRAY<STRING>), NULL)) < line_count
          THEN 'missing_field: line_no is absent or null in a line'
        WHEN has_line_objects AND NOT has_typed_lines AND CARDINALITY(ARRAY_REMOVE(JSON_QUERY(value_text, '$.lines[0:].product_id' RETURNING ARRAY<STRING>), NULL)) < line_count
          THEN 'missing_field: product_id is absent or null in a line'
        WHEN has_line_objects AND NOT has_typed_lines AND CARDINALITY(ARRAY_REMOVE(JSON_QUERY(value_text, '$.lines[0:].quantity' RETURNING ARRAY<STRING>), NULL)) < line_count
          THEN 'missing_field: quantity is absent or null in a line'
        WHEN has_line_objects AND NOT has_typed_lines AND CARDINALITY(ARRAY_REMOVE(JSON_QUERY(value_text, '$.lines[0:].unit_price' RETURNING ARRAY<STRING>), NULL)) < line_count
          THEN 'missing_field: unit_price is absent or null in a line'
        WHEN JSON_QUERY(fields, '$.order_id' WITH WRAPPER) NOT LIKE '["%'
          THEN CONCAT('wrong_type: order_id must be text, found ', JSON_QUERY(fields, '$.order_id' WITH WRAPPER))
        WHEN NOT REGEXP(JSON_QUERY(fields, '$.customer_id' WITH WRAPPER), '^\["[0-9]{1,9}"]$')
          THEN CONCAT('wrong_type: customer_id must be text of 1 to 9 digits, found ', JSON_QUERY(fields, '$.customer_id' WITH WRAPPER))
        WHEN NOT REGEXP(JSON_QUERY(fields, '$.salesperson_id' WITH WRAPPER), '^\["[0-9]{1,9}"]$')
          THEN CONCAT('wrong_type: salesperson_id must be text of 1 to 9 digits, found ', JSON_QUERY(fields, '$.salesperson_id' WITH WRAPPER))
        WHEN NOT REGEXP(JSON_QUERY(fields, '$.city_id' WITH WRAPPER), '^\["[0-9]{1,9}"]$')
          THEN CONCAT('wrong_type: city_id must be text of 1 to 9 digits, found ', JSON_QUERY(fields, '$.city_id' WITH WRAPPER))
        WHEN JSON_QUERY(fields, '$.channel' WITH WRAPPER) NOT LIKE '["%'
          THEN CONCAT('wrong_type: channel must be text, found ', JSON_QUERY(fields, '$.channel' WITH WRAPPER))
        WHEN (POSITION(DATE_FORMAT(ordered_at, '''"ordered_at":"''yyyy-MM-dd''T''HH:mm:ss.SSS''Z"''') IN fields) > 0) IS NOT TRUE
          THEN CONCAT('wrong_type: ordered_at must be a time such as "2026-01-31T12:00:00.000Z", found ', JSON_QUERY(fields, '$.ordered_at' WITH WRAPPER))
        WHEN (POSITION(DATE_FORMAT(promised_at, '''"promised_at":"''yyyy-MM-dd''T''HH:mm:ss.SSS''Z"''') IN fields) > 0) IS NOT TRUE
          THEN CONCAT('wrong_type: promised_at must be a time such as "2026-01-31T12:00:00.000Z", found ', JSON_QUERY(fields, '$.promised_at' WITH WRAPPER))
        WHEN has_line_objects IS NOT TRUE
          THEN CONCAT('wrong_type: lines must be an array of objects and not empty, found ', JSON_QUERY(value_text, '$.lines' WITH WRAPPER))
        WHEN REGEXP(lines_text, '"line_no":(?!-?[0-9]+,)')
          THEN CONCAT('wrong_type: line_no must be an integer, found ', JSON_QUERY(value_text, '$.lines[0:].line_no'))
        WHEN REGEXP(lines_text, '"product_id":(?!"[0-9]{1,9}",)')
          THEN CONCAT('wrong_type: product_id must be text of 1 to 9 digits, found ', JSON_QUERY(value_text, '$.lines[0:].product_id'))
        WHEN REGEXP(lines_text, '"quantity":(?!-?[0-9]+,)')
          THEN CONCAT('wrong_type: quantity must be an integer, found ', JSON_QUERY(value_text, '$.lines[0:].quantity'))
        WHEN NOT has_typed_lines
          THEN CONCAT('wrong_type: unit_price must be a number below 10 billion, found ', JSON_QUERY(value_text, '$.lines[0:].unit_price'))
        WHEN TRY_CAST(REGEXP_EXTRACT_ALL(lines_text, '"(?:line_no|quantity)":(-?[0-9]+)', 1) AS ARRAY<INT>) IS NULL
          THEN 'wrong_type: line_no and quantity must be integers of at most 32 bits'
        ELSE CONCAT('wrong_type: no field may hold an object or an array, found ', fields)
      END
      WHEN channel NOT IN ('web', 'store', 'phone')
        THEN CONCAT('unknown_enum: channel must be web, store or phone, found ', JSON_QUERY(fields, '$.channel' WITH WRAPPER))
      WHEN REGEXP(lines_text, '"quantity":(?:-|0)')
        THEN CONCAT('quantity_not_positive: quantity must be at least 1, found ', JSON_QUERY(value_text, '$.lines[0:].quantity'))
      WHEN ordered_at > record_time + INTERVAL '60' SECOND
        THEN CONCAT('event_time_in_future: ordered_at is more than 60 s after the record time ', DATE_FORMAT(record_time, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''), ', found ', JSON_QUERY(fields, '$.ordered_at' WITH WRAPPER))
    END AS finding
  FROM (
    SELECT
      *,
      IF(is_usual, REGEXP_SUBSTR(fields, '(?<="order_id":")[^"]*'), JSON_VALUE(fields, '$.order_id')) AS order_id,
      TRY_CAST(REGEXP_SUBSTR(fields, '(?<="customer_id":")[0-9]+(?=")') AS INT) AS customer_id,
      TRY_CAST(REGEXP_SUBSTR(fields, '(?<="salesperson_id":")[0-9]+(?=")') AS INT) AS salesperson_id,
      TRY_CAST(REGEXP_SUBSTR(fields, '(?<="city_id":")[0-9]+(?=")') AS INT) AS city_id,
      IF(is_usual, REGEXP_SUBSTR(fields, '(?<="channel":")[^"]*'), JSON_VALUE(fields, '$.channel')) AS channel,
      TO_TIMESTAMP_LTZ(REGEXP_SUBSTR(fields, '(?<="ordered_at":")[^"]*(?=")'), 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z''', IF(RAND() < 1, 'UTC', '')) AS ordered_at,
      TO_TIMESTAMP_LTZ(REGEXP_SUBSTR(fields, '(?<="promised_at":")[^"]*(?=")'), 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z''', IF(RAND() < 1, 'UTC', '')) AS promised_at,
      RAND() < 1 AND (is_usual OR CARDINALITY(line_objects) > 0 AND CARDINALITY(line_objects) = line_count) AS has_line_objects,
      -- `++` never steps back: thousands of lines need no deeper stack than one.
      RAND() < 1 AND (
        is_usual
        OR REGEXP(
          lines_text,
          '^(?:\{"line_no":-?[0-9]+,"product_id":"[0-9]{1,9}","quantity":-?[0-9]+,"unit_price":-?[0-9]{1,10}(?:\.[0-9]+)?(?:E[+-][0-9])?\}\n?)++$'
        )
      ) AS has_typed_lines
    FROM (
      SELECT
        *,
        IF(RAND() < 1, ARRAY_JOIN(line_objects, CHR(10)), '') AS lines_text
      FROM (
        -- The known fields, whatever else the object holds, in the order of the alphabet; an absent one is left out: {"channel":…}
        -- Only arrays can be sliced and only objects have keys: there are as many line objects as lines when `lines` is an array of
        -- objects and of nothing else. Each is canonical JSON: {"line_no":1,"product_id":"7","quantity":2,"unit_price":9.90}
        SELECT
          *,
          IF(
            is_usual,
            value_text,
            JSON_QUERY(
              CONCAT(IF(RAND() < 1, '[', ''), value_text, ']'),
              '$[0]["channel","city_id","customer_id","order_id","ordered_at","promised_at","salesperson_id"]'
            )
          ) AS fields,
          CASE
            WHEN is_usual AND RAND() < 1 THEN REGEXP_EXTRACT_ALL(value_text, '\{"line_no":[^}]*\}', 0)
            ELSE JSON_QUERY(value_text, '$.lines[0:]["line_no","product_id","quantity","unit_price"]' RETURNING ARRAY<STRING>)
          END AS line_objects,
          IF(is_usual AND RAND() < 1, CAST(NULL AS INT), JSON_VALUE(value_text, '$.lines.length()' RETURNING INTEGER)) AS line_count
        FROM (
          SELECT
            *,
            -- As the shop sends it, to the letter: what fits this needs no JSON parser.
            REGEXP(
              value_text,
              '^\{"order_id":"[^"\\\p{Cntrl}]*","customer_id":"[0-9]{1,9}","salesperson_id":"[0-9]{1,9}","city_id":"[0-9]{1,9}","channel":"[^"\\\p{Cntrl}]*","ordered_at":"[0-9TZ:.-]{24}","promised_at":"[0-9TZ:.-]{24}","lines":\[(?:\{"line_no":-?(?:0|[1-9][0-9]{0,8}),"product_id":"[0-9]{1,9}","quantity":-?(?:0|[1-9][0-9]{0,8}),"unit_price":-?(?:0|[1-9][0-9]{0,9})(?:\.[0-9]+)?\}(?:,(?=\{)|(?=])))++\]\}$'
            ) AND RAND() < 1 AS is_usual
          FROM (
            SELECT *, DECODE(value_bytes, 'UTF-8') AS value_text
            FROM orders
          ) AS records
        ) AS recognized
      ) AS known
    ) AS listed
  ) AS typed
) AS judged;
