-- Shipments, checked
-- Which events of shipments can be counted, which came too late, and which cannot be read, and why?
-- From the inside out: the known fields as canonical JSON, their typed values, and the finding: the first check that fails names
-- the error, and a regular expression knows a good record at once. `RAND() < 1` is always true: the planner copies an expression
-- to every place that uses it unless chance is in it. So each is worked out once a record, for all branches of the job together.
CREATE VIEW shipments_checked AS
SELECT
  source_topic,
  source_partition,
  source_offset,
  record_time,
  key_bytes,
  value_bytes,
  shipment_id,
  order_id,
  warehouse_id,
  vehicle_id,
  status,
  event_at,
  SPLIT_INDEX(finding, ':', 0) AS error_type,
  -- What was found stands in a JSON array: its brackets go.
  LEFT(REGEXP_REPLACE(SUBSTRING(finding, POSITION(': ' IN finding) + 2), '(?<= found )\[|]$', ''), 300) AS error_message,
  finding IS NULL AND record_time > event_at + INTERVAL '10' SECOND AS is_late
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
          (is_usual OR REGEXP(fields, '^\{"event_at":"[^"]*","order_id":"(?:[^"\\]|\\.)*+","shipment_id":"(?:[^"\\]|\\.)*+","status":"(?:[^"\\]|\\.)*+","vehicle_id":"[0-9]{1,9}","warehouse_id":"[0-9]{1,9}"\}$'))
          AND POSITION(DATE_FORMAT(event_at, '''"event_at":"''yyyy-MM-dd''T''HH:mm:ss.SSS''Z"''') IN fields) > 0
      ) IS NOT TRUE THEN CASE
        WHEN JSON_QUERY(fields, '$.shipment_id' WITH WRAPPER)  IS NULL THEN 'missing_field: shipment_id is absent or null'
        WHEN JSON_QUERY(fields, '$.order_id' WITH WRAPPER)     IS NULL THEN 'missing_field: order_id is absent or null'
        WHEN JSON_QUERY(fields, '$.warehouse_id' WITH WRAPPER) IS NULL THEN 'missing_field: warehouse_id is absent or null'
        WHEN JSON_QUERY(fields, '$.vehicle_id' WITH WRAPPER)   IS NULL THEN 'missing_field: vehicle_id is absent or null'
        WHEN JSON_QUERY(fields, '$.status' WITH WRAPPER)       IS NULL THEN 'missing_field: status is absent or null'
        WHEN JSON_QUERY(fields, '$.event_at' WITH WRAPPER)     IS NULL THEN 'missing_field: event_at is absent or null'
        WHEN JSON_QUERY(fields, '$.shipment_id' WITH WRAPPER) NOT LIKE '["%'
          THEN CONCAT('wrong_type: shipment_id must be text, found ', JSON_QUERY(fields, '$.shipment_id' WITH WRAPPER))
        WHEN JSON_QUERY(fields, '$.order_id' WITH WRAPPER) NOT LIKE '["%'
          THEN CONCAT('wrong_type: order_id must be text, found ', JSON_QUERY(fields, '$.order_id' WITH WRAPPER))
        WHEN NOT REGEXP(JSON_QUERY(fields, '$.warehouse_id' WITH WRAPPER), '^\["[0-9]{1,9}"]$')
          THEN CONCAT('wrong_type: warehouse_id must be text of 1 to 9 digits, found ', JSON_QUERY(fields, '$.warehouse_id' WITH WRAPPER))
        WHEN NOT REGEXP(JSON_QUERY(fields, '$.vehicle_id' WITH WRAPPER), '^\["[0-9]{1,9}"]$')
          THEN CONCAT('wrong_type: vehicle_id must be text of 1 to 9 digits, found ', JSON_QUERY(fields, '$.vehicle_id' WITH WRAPPER))
        WHEN JSON_QUERY(fields, '$.status' WITH WRAPPER) NOT LIKE '["%'
          THEN CONCAT('wrong_type: status must be text, found ', JSON_QUERY(fields, '$.status' WITH WRAPPER))
        WHEN (POSITION(DATE_FORMAT(event_at, '''"event_at":"''yyyy-MM-dd''T''HH:mm:ss.SSS''Z"''') IN fields) > 0) IS NOT TRUE
          THEN CONCAT('wrong_type: event_at must be a time such as "2026-01-31T12:00:00.000Z", found ', JSON_QUERY(fields, '$.event_at' WITH WRAPPER))
        ELSE CONCAT('wrong_type: no field may hold an object or an array, found ', fields)
      END
      WHEN status NOT IN ('created', 'dispatched', 'delivered', 'failed')
        THEN CONCAT('unknown_enum: status must be created, dispatched, delivered or failed, found ', JSON_QUERY(fields, '$.status' WITH WRAPPER))
      WHEN event_at > record_time + INTERVAL '60' SECOND
        THEN CONCAT('event_time_in_future: event_at is more than 60 s after the record time ', DATE_FORMAT(record_time, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''), ', found ', JSON_QUERY(fields, '$.event_at' WITH WRAPPER))
    END AS finding
  FROM (
    SELECT
      *,
      IF(is_usual, REGEXP_SUBSTR(fields, '(?<="shipment_id":")[^"]*'), JSON_VALUE(fields, '$.shipment_id')) AS shipment_id,
      IF(is_usual, REGEXP_SUBSTR(fields, '(?<="order_id":")[^"]*'), JSON_VALUE(fields, '$.order_id')) AS order_id,
      TRY_CAST(REGEXP_SUBSTR(fields, '(?<="warehouse_id":")[0-9]+(?=")') AS INT) AS warehouse_id,
      TRY_CAST(REGEXP_SUBSTR(fields, '(?<="vehicle_id":")[0-9]+(?=")') AS INT) AS vehicle_id,
      IF(is_usual, REGEXP_SUBSTR(fields, '(?<="status":")[^"]*'), JSON_VALUE(fields, '$.status')) AS status,
      TO_TIMESTAMP_LTZ(REGEXP_SUBSTR(fields, '(?<="event_at":")[^"]*(?=")'), 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z''', IF(RAND() < 1, 'UTC', '')) AS event_at
    FROM (
      -- The known fields, whatever else the object holds, in the order of the alphabet; an absent one is left out: {"event_at":…}
      SELECT
        *,
        IF(
          is_usual,
          value_text,
          JSON_QUERY(
            CONCAT(IF(RAND() < 1, '[', ''), value_text, ']'),
            '$[0]["event_at","order_id","shipment_id","status","vehicle_id","warehouse_id"]'
          )
        ) AS fields
      FROM (
        SELECT
          *,
          -- As the carriers send it, to the letter: what fits this needs no JSON parser.
          REGEXP(
            value_text,
            '^\{"shipment_id":"[^"\\\p{Cntrl}]*","order_id":"[^"\\\p{Cntrl}]*","warehouse_id":"[0-9]{1,9}","vehicle_id":"[0-9]{1,9}","status":"[^"\\\p{Cntrl}]*","event_at":"[0-9TZ:.-]{24}"\}$'
          ) AND RAND() < 1 AS is_usual
        FROM (
          SELECT *, DECODE(value_bytes, 'UTF-8') AS value_text
          FROM shipments
        ) AS records
      ) AS recognized
    ) AS known
  ) AS typed
) AS judged;
