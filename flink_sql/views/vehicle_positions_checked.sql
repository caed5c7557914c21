-- Vehicle positions, checked
-- Which positions can be counted, which came too late, and which cannot be read, and why?
-- From the inside out: the known fields as canonical JSON, their typed values, and the finding: the first check that fails names
-- the error, and a regular expression knows a good record at once. `RAND() < 1` is always true: the planner copies an expression
-- to every place that uses it unless chance is in it. So each is worked out once a record, for all branches of the job together.
CREATE VIEW vehicle_positions_checked AS
SELECT
  source_topic,
  source_partition,
  source_offset,
  record_time,
  key_bytes,
  value_bytes,
  vehicle_id,
  latitude,
  longitude,
  speed_kmh,
  heading_deg,
  cargo_temp_c,
  measured_at,
  SPLIT_INDEX(finding, ':', 0) AS error_type,
  -- What was found stands in a JSON array: its brackets go.
  LEFT(REGEXP_REPLACE(SUBSTRING(finding, POSITION(': ' IN finding) + 2), '(?<= found )\[|]$', ''), 300) AS error_message,
  finding IS NULL AND record_time > measured_at + INTERVAL '10' SECOND AS is_late
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
          (is_usual OR REGEXP(fields, '^\{(?:"cargo_temp_c":(?:null|-?[0-9.]+(?:E[+-]?[0-9]+)?),)?"heading_deg":-?[0-9]+,"latitude":-?[0-9.]+(?:E[+-]?[0-9]+)?,"longitude":-?[0-9.]+(?:E[+-]?[0-9]+)?,"measured_at":"[^"]*","speed_kmh":-?[0-9.]+(?:E[+-]?[0-9]+)?,"vehicle_id":"[0-9]{1,9}"\}$'))
          AND speed_kmh IS NOT NULL
          AND heading_deg IS NOT NULL
          AND (cargo_temp_c IS NOT NULL OR NOT REGEXP(fields, '"cargo_temp_c":[^n]'))
          AND POSITION(DATE_FORMAT(measured_at, '''"measured_at":"''yyyy-MM-dd''T''HH:mm:ss.SSS''Z"''') IN fields) > 0
      ) IS NOT TRUE THEN CASE
        WHEN JSON_QUERY(fields, '$.vehicle_id' WITH WRAPPER)   IS NULL THEN 'missing_field: vehicle_id is absent or null'
        WHEN JSON_QUERY(fields, '$.latitude' WITH WRAPPER)     IS NULL THEN 'missing_field: latitude is absent or null'
        WHEN JSON_QUERY(fields, '$.longitude' WITH WRAPPER)    IS NULL THEN 'missing_field: longitude is absent or null'
        WHEN JSON_QUERY(fields, '$.speed_kmh' WITH WRAPPER)    IS NULL THEN 'missing_field: speed_kmh is absent or null'
        WHEN JSON_QUERY(fields, '$.heading_deg' WITH WRAPPER)  IS NULL THEN 'missing_field: heading_deg is absent or null'
        WHEN JSON_QUERY(fields, '$.measured_at' WITH WRAPPER)  IS NULL THEN 'missing_field: measured_at is absent or null'
        WHEN NOT REGEXP(JSON_QUERY(fields, '$.vehicle_id' WITH WRAPPER), '^\["[0-9]{1,9}"]$')
          THEN CONCAT('wrong_type: vehicle_id must be text of 1 to 9 digits, found ', JSON_QUERY(fields, '$.vehicle_id' WITH WRAPPER))
        WHEN NOT REGEXP(JSON_QUERY(fields, '$.latitude' WITH WRAPPER), '^\[-?[0-9]')
          THEN CONCAT('wrong_type: latitude must be a number, found ', JSON_QUERY(fields, '$.latitude' WITH WRAPPER))
        WHEN NOT REGEXP(JSON_QUERY(fields, '$.longitude' WITH WRAPPER), '^\[-?[0-9]')
          THEN CONCAT('wrong_type: longitude must be a number, found ', JSON_QUERY(fields, '$.longitude' WITH WRAPPER))
        WHEN speed_kmh IS NULL
          THEN CONCAT('wrong_type: speed_kmh must be a number that fits DECIMAL(5, 1), found ', JSON_QUERY(fields, '$.speed_kmh' WITH WRAPPER))
        WHEN heading_deg IS NULL OR NOT REGEXP(JSON_QUERY(fields, '$.heading_deg' WITH WRAPPER), '^\[-?[0-9]+]$')
          THEN CONCAT('wrong_type: heading_deg must be an integer of at most 32 bits, found ', JSON_QUERY(fields, '$.heading_deg' WITH WRAPPER))
        WHEN JSON_QUERY(fields, '$.cargo_temp_c' WITH WRAPPER) IS NOT NULL AND cargo_temp_c IS NULL
          THEN CONCAT('wrong_type: cargo_temp_c must be a number that fits DECIMAL(5, 2), found ', JSON_QUERY(fields, '$.cargo_temp_c' WITH WRAPPER))
        WHEN (POSITION(DATE_FORMAT(measured_at, '''"measured_at":"''yyyy-MM-dd''T''HH:mm:ss.SSS''Z"''') IN fields) > 0) IS NOT TRUE
          THEN CONCAT('wrong_type: measured_at must be a time such as "2026-01-31T12:00:00.000Z", found ', JSON_QUERY(fields, '$.measured_at' WITH WRAPPER))
        ELSE CONCAT('wrong_type: no field may hold an object or an array, found ', fields)
      END
      WHEN latitude IS NULL OR ABS(latitude) > 90
        THEN CONCAT('coordinates_out_of_range: latitude must be between -90 and 90, found ', JSON_QUERY(fields, '$.latitude' WITH WRAPPER))
      WHEN longitude IS NULL OR ABS(longitude) > 180
        THEN CONCAT('coordinates_out_of_range: longitude must be between -180 and 180, found ', JSON_QUERY(fields, '$.longitude' WITH WRAPPER))
      WHEN measured_at > record_time + INTERVAL '60' SECOND
        THEN CONCAT('event_time_in_future: measured_at is more than 60 s after the record time ', DATE_FORMAT(record_time, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''), ', found ', JSON_QUERY(fields, '$.measured_at' WITH WRAPPER))
    END AS finding
  FROM (
    SELECT
      *,
      TRY_CAST(REGEXP_SUBSTR(fields, '(?<="vehicle_id":")[0-9]+(?=")') AS INT) AS vehicle_id,
      TRY_CAST(REGEXP_SUBSTR(fields, '(?<="latitude":)-?[0-9][^,}]*') AS DECIMAL(9, 6)) AS latitude,
      TRY_CAST(REGEXP_SUBSTR(fields, '(?<="longitude":)-?[0-9][^,}]*') AS DECIMAL(9, 6)) AS longitude,
      TRY_CAST(REGEXP_SUBSTR(fields, '(?<="speed_kmh":)-?[0-9][^,}]*') AS DECIMAL(5, 1)) AS speed_kmh,
      TRY_CAST(REGEXP_SUBSTR(fields, '(?<="heading_deg":)-?[0-9][^,}]*') AS INT) AS heading_deg,
      TRY_CAST(REGEXP_SUBSTR(fields, '(?<="cargo_temp_c":)-?[0-9][^,}]*') AS DECIMAL(5, 2)) AS cargo_temp_c,
      TO_TIMESTAMP_LTZ(REGEXP_SUBSTR(fields, '(?<="measured_at":")[^"]*(?=")'), 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z''', IF(RAND() < 1, 'UTC', '')) AS measured_at
    FROM (
      -- The known fields, whatever else the object holds, in the order of the alphabet; an absent one is left out: {"cargo_temp_c":…}
      SELECT
        *,
        IF(
          is_usual,
          value_text,
          JSON_QUERY(
            CONCAT(IF(RAND() < 1, '[', ''), value_text, ']'),
            '$[0]["cargo_temp_c","heading_deg","latitude","longitude","measured_at","speed_kmh","vehicle_id"]'
          )
        ) AS fields
      FROM (
        SELECT
          *,
          -- As vehicles send it, to the letter: what fits this needs no JSON parser.
          REGEXP(
            value_text,
            '^\{"vehicle_id":"[0-9]{1,9}","latitude":-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?,"longitude":-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?,"speed_kmh":-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?,"heading_deg":-?(?:0|[1-9][0-9]*),"cargo_temp_c":(?:null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?),"measured_at":"[0-9TZ:.-]{24}"\}$'
          ) AND RAND() < 1 AS is_usual
        FROM (
          SELECT *, DECODE(value_bytes, 'UTF-8') AS value_text
          FROM vehicle_positions
        ) AS records
      ) AS recognized
    ) AS known
  ) AS typed
) AS judged;
