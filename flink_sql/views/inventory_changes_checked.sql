-- Inventory changes, checked
-- Which stock movements can be counted, which came too late, and which cannot be read, and why?
-- From the inside out: the known fields as canonical JSON, their typed values, and the finding: the first check that fails names
-- the error, and a regular expression knows a good record at once. `RAND() < 1` is always true: the planner copies an expression
-- to every place that uses it unless chance is in it. So each is worked out once a record, for all branches of the job together.
CREATE VIEW inventory_changes_checked AS
SELECT
  source_topic,
  source_partition,
  source_offset,
  record_time,
  key_bytes,
  value_bytes,
  change_id,
  warehouse_id,
  product_id,
  delta,
  reason,
  changed_at,
  SPLIT_INDEX(finding, ':', 0) AS error_type,
  -- What was found stands in a JSON array: its brackets go.
  LEFT(REGEXP_REPLACE(SUBSTRING(finding, POSITION(': ' IN finding) + 2), '(?<= found )\[|]$', ''), 300) AS error_message,
  finding IS NULL AND record_time > changed_at + INTERVAL '10' SECOND AS is_late
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
          (is_usual OR REGEXP(fields, '^\{"change_id":"(?:[^"\\]|\\.)*+","changed_at":"[^"]*","delta":-?[0-9]+,"product_id":"[0-9]{1,9}","reason":"(?:[^"\\]|\\.)*+","warehouse_id":"[0-9]{1,9}"\}$'))
          AND delta IS NOT NULL
          AND POSITION(DATE_FORMAT(changed_at, '''"changed_at":"''yyyy-MM-dd''T''HH:mm:ss.SSS''Z"''') IN fields) > 0
      ) IS NOT TRUE THEN CASE
        WHEN JSON_QUERY(fields, '$.change_id' WITH WRAPPER)    IS NULL THEN 'missing_field: change_id is absent or null'
        WHEN JSON_QUERY(fields, '$.warehouse_id' WITH WRAPPER) IS NULL THEN 'missing_field: warehouse_id is absent or null'
        WHEN JSON_QUERY(fields, '$.product_id' WITH WRAPPER)   IS NULL THEN 'missing_field: product_id is absent or null'
        WHEN JSON_QUERY(fields, '$.delta' WITH WRAPPER)        IS NULL THEN 'missing_field: delta is absent or null'
        WHEN JSON_QUERY(fields, '$.reason' WITH WRAPPER)       IS NULL THEN 'missing_field: reason is absent or null'
        WHEN JSON_QUERY(fields, '$.changed_at' WITH WRAPPER)   IS NULL THEN 'missing_field: changed_at is absent or null'
        WHEN JSON_QUERY(fields, '$.change_id' WITH WRAPPER) NOT LIKE '["%'
          THEN CONCAT('wrong_type: change_id must be text, found ', JSON_QUERY(fields, '$.change_id' WITH WRAPPER))
        WHEN NOT REGEXP(JSON_QUERY(fields, '$.warehouse_id' WITH WRAPPER), '^\["[0-9]{1,9}"]$')
          THEN CONCAT('wrong_type: warehouse_id must be text of 1 to 9 digits, found ', JSON_QUERY(fields, '$.warehouse_id' WITH WRAPPER))
        WHEN NOT REGEXP(JSON_QUERY(fields, '$.product_id' WITH WRAPPER), '^\["[0-9]{1,9}"]$')
          THEN CONCAT('wrong_type: product_id must be text of 1 to 9 digits, found ', JSON_QUERY(fields, '$.product_id' WITH WRAPPER))
        WHEN delta IS NULL OR NOT REGEXP(JSON_QUERY(fields, '$.delta' WITH WRAPPER), '^\[-?[0-9]+]$')
          THEN CONCAT('wrong_type: delta must be an integer of at most 32 bits, found ', JSON_QUERY(fields, '$.delta' WITH WRAPPER))
        WHEN JSON_QUERY(fields, '$.reason' WITH WRAPPER) NOT LIKE '["%'
          THEN CONCAT('wrong_type: reason must be text, found ', JSON_QUERY(fields, '$.reason' WITH WRAPPER))
        WHEN (POSITION(DATE_FORMAT(changed_at, '''"changed_at":"''yyyy-MM-dd''T''HH:mm:ss.SSS''Z"''') IN fields) > 0) IS NOT TRUE
          THEN CONCAT('wrong_type: changed_at must be a time such as "2026-01-31T12:00:00.000Z", found ', JSON_QUERY(fields, '$.changed_at' WITH WRAPPER))
        ELSE CONCAT('wrong_type: no field may hold an object or an array, found ', fields)
      END
      WHEN reason NOT IN ('sale', 'receipt', 'return', 'adjustment', 'loss')
        THEN CONCAT('unknown_enum: reason must be sale, receipt, return, adjustment or loss, found ', JSON_QUERY(fields, '$.reason' WITH WRAPPER))
      WHEN changed_at > record_time + INTERVAL '60' SECOND
        THEN CONCAT('event_time_in_future: changed_at is more than 60 s after the record time ', DATE_FORMAT(record_time, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''), ', found ', JSON_QUERY(fields, '$.changed_at' WITH WRAPPER))
    END AS finding
  FROM (
    SELECT
      *,
      IF(is_usual, REGEXP_SUBSTR(fields, '(?<="change_id":")[^"]*'), JSON_VALUE(fields, '$.change_id')) AS change_id,
      TRY_CAST(REGEXP_SUBSTR(fields, '(?<="warehouse_id":")[0-9]+(?=")') AS INT) AS warehouse_id,
      TRY_CAST(REGEXP_SUBSTR(fields, '(?<="product_id":")[0-9]+(?=")') AS INT) AS product_id,
      TRY_CAST(REGEXP_SUBSTR(fields, '(?<="delta":)-?[0-9][^,}]*') AS INT) AS delta,
      IF(is_usual, REGEXP_SUBSTR(fields, '(?<="reason":")[^"]*'), JSON_VALUE(fields, '$.reason')) AS reason,
      TO_TIMESTAMP_LTZ(REGEXP_SUBSTR(fields, '(?<="changed_at":")[^"]*(?=")'), 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z''', IF(RAND() < 1, 'UTC', '')) AS changed_at
    FROM (
      -- The known fields, whatever else the object holds, in the order of the alphabet; an absent one is left out: {"change_id":…}
      SELECT
        *,
        IF(
          is_usual,
          value_text,
          JSON_QUERY(
            CONCAT(IF(RAND() < 1, '[', ''), value_text, ']'),
            '$[0]["change_id","changed_at","delta","product_id","reason","warehouse_id"]'
          )
        ) AS fields
      FROM (
        SELECT
          *,
          -- As the warehouses send it, to the letter: what fits this needs no JSON parser.
          REGEXP(
            value_text,
            '^\{"change_id":"[^"\\\p{Cntrl}]*","warehouse_id":"[0-9]{1,9}","product_id":"[0-9]{1,9}","delta":-?(?:0|[1-9][0-9]*),"reason":"[^"\\\p{Cntrl}]*","changed_at":"[0-9TZ:.-]{24}"\}$'
          ) AND RAND() < 1 AS is_usual
        FROM (
          SELECT *, DECODE(value_bytes, 'UTF-8') AS value_text
          FROM inventory_changes
        ) AS records
      ) AS recognized
    ) AS known
  ) AS typed
) AS judged;
