-- Weather, checked
-- Which observations can be counted, which came too late, and which cannot be read, and why?
-- From the inside out: the known fields as canonical JSON, their typed values, and the finding: the first check that fails names
-- the error, and a regular expression knows a good record at once. `RAND() < 1` is always true: the planner copies an expression
-- to every place that uses it unless chance is in it. So each is worked out once a record, for all branches of the job together.
CREATE VIEW weather_checked AS
SELECT
  source_topic,
  source_partition,
  source_offset,
  record_time,
  key_bytes,
  value_bytes,
  city_id,
  temp_c,
  wind_kmh,
  precipitation_mm,
  `condition`,
  observed_at,
  SPLIT_INDEX(finding, ':', 0) AS error_type,
  -- What was found stands in a JSON array: its brackets go.
  LEFT(REGEXP_REPLACE(SUBSTRING(finding, POSITION(': ' IN finding) + 2), '(?<= found )\[|]$', ''), 300) AS error_message,
  finding IS NULL AND record_time > observed_at + INTERVAL '10' SECOND AS is_late
FROM (
  SELECT
    *,
    CASE
      WHEN value_bytes IS NULL AND RAND() < 1 THEN 'not_json: the value is null (a tombstone)'
      -- DECODE puts a replacement mark where bytes are not UTF-8; the way back then gives other bytes.
      WHEN ENCODE(value_text, 'UTF-8') <> value_bytes THEN 'not_json: the value is not UTF-8 text'
      -- JSON functions read no further than the end of the first value. What follows cannot fit both an array and an object around it.
      WHEN fields IS NULL OR CONCAT('{"value":', value_text, '}') IS NOT JSON OBJECT
        THEN 'not_json: the value is not one well-formed JSON object'
      -- A time that reads back as it was written is a real one; 30 February would come back as the 28th.
      WHEN (
          REGEXP(fields, '^\{"city_id":"[0-9]{1,9}","condition":"(?:[^"\\]|\\.)*+","observed_at":"[^"]*","precipitation_mm":-?[0-9.]+(?:E[+-]?[0-9]+)?,"temp_c":-?[0-9.]+(?:E[+-]?[0-9]+)?,"wind_kmh":-?[0-9.]+(?:E[+-]?[0-9]+)?\}$')
          AND temp_c IS NOT NULL
          AND wind_kmh IS NOT NULL
          AND precipitation_mm IS NOT NULL
          AND POSITION(DATE_FORMAT(observed_at, '''"observed_at":"''yyyy-MM-dd''T''HH:mm:ss.SSS''Z"''') IN fields) > 0
      ) IS NOT TRUE THEN CASE
        WHEN JSON_QUERY(fields, '$.city_id' WITH WRAPPER)          IS NULL THEN 'missing_field: city_id is absent or null'
        WHEN JSON_QUERY(fields, '$.temp_c' WITH WRAPPER)           IS NULL THEN 'missing_field: temp_c is absent or null'
        WHEN JSON_QUERY(fields, '$.wind_kmh' WITH WRAPPER)         IS NULL THEN 'missing_field: wind_kmh is absent or null'
        WHEN JSON_QUERY(fields, '$.precipitation_mm' WITH WRAPPER) IS NULL THEN 'missing_field: precipitation_mm is absent or null'
        WHEN JSON_QUERY(fields, '$.condition' WITH WRAPPER)        IS NULL THEN 'missing_field: condition is absent or null'
        WHEN JSON_QUERY(fields, '$.observed_at' WITH WRAPPER)      IS NULL THEN 'missing_field: observed_at is absent or null'
        WHEN NOT REGEXP(JSON_QUERY(fields, '$.city_id' WITH WRAPPER), '^\["[0-9]{1,9}"]$')
          THEN CONCAT('wrong_type: city_id must be text of 1 to 9 digits, found ', JSON_QUERY(fields, '$.city_id' WITH WRAPPER))
        WHEN temp_c IS NULL
          THEN CONCAT('wrong_type: temp_c must be a number that fits DECIMAL(5, 2), found ', JSON_QUERY(fields, '$.temp_c' WITH WRAPPER))
        WHEN wind_kmh IS NULL
          THEN CONCAT('wrong_type: wind_kmh must be a number that fits DECIMAL(5, 1), found ', JSON_QUERY(fields, '$.wind_kmh' WITH WRAPPER))
        WHEN precipitation_mm IS NULL
          THEN CONCAT('wrong_type: precipitation_mm must be a number that fits DECIMAL(6, 2), found ', JSON_QUERY(fields, '$.precipitation_mm' WITH WRAPPER))
        WHEN JSON_QUERY(fields, '$.condition' WITH WRAPPER) NOT LIKE '["%'
          THEN CONCAT('wrong_type: condition must be text, found ', JSON_QUERY(fields, '$.condition' WITH WRAPPER))
        WHEN (POSITION(DATE_FORMAT(observed_at, '''"observed_at":"''yyyy-MM-dd''T''HH:mm:ss.SSS''Z"''') IN fields) > 0) IS NOT TRUE
          THEN CONCAT('wrong_type: observed_at must be a time such as "2026-01-31T12:00:00.000Z", found ', JSON_QUERY(fields, '$.observed_at' WITH WRAPPER))
        ELSE CONCAT('wrong_type: no field may hold an object or an array, found ', fields)
      END
      WHEN `condition` NOT IN ('clear', 'clouds', 'fog', 'rain', 'snow', 'storm')
        THEN CONCAT('unknown_enum: condition must be clear, clouds, fog, rain, snow or storm, found ', JSON_QUERY(fields, '$.condition' WITH WRAPPER))
      WHEN observed_at > record_time + INTERVAL '60' SECOND
        THEN CONCAT('event_time_in_future: observed_at is more than 60 s after the record time ', DATE_FORMAT(record_time, 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z'''), ', found ', JSON_QUERY(fields, '$.observed_at' WITH WRAPPER))
    END AS finding
  FROM (
    SELECT
      *,
      TRY_CAST(REGEXP_SUBSTR(fields, '(?<="city_id":")[0-9]+(?=")') AS INT) AS city_id,
      TRY_CAST(REGEXP_SUBSTR(fields, '(?<="temp_c":)-?[0-9][^,}]*') AS DECIMAL(5, 2)) AS temp_c,
      TRY_CAST(REGEXP_SUBSTR(fields, '(?<="wind_kmh":)-?[0-9][^,}]*') AS DECIMAL(5, 1)) AS wind_kmh,
      TRY_CAST(REGEXP_SUBSTR(fields, '(?<="precipitation_mm":)-?[0-9][^,}]*') AS DECIMAL(6, 2)) AS precipitation_mm,
      JSON_VALUE(fields, '$.condition') AS `condition`,
      TO_TIMESTAMP_LTZ(REGEXP_SUBSTR(fields, '(?<="observed_at":")[^"]*(?=")'), 'yyyy-MM-dd''T''HH:mm:ss.SSS''Z''', IF(RAND() < 1, 'UTC', '')) AS observed_at
    FROM (
      -- The known fields, whatever else the object holds, in the order of the alphabet; an absent one is left out: {"city_id":…}
      SELECT
        *,
        JSON_QUERY(
          CONCAT(IF(RAND() < 1, '[', ''), value_text, ']'),
          '$[0]["city_id","condition","observed_at","precipitation_mm","temp_c","wind_kmh"]'
        ) AS fields
      FROM (
        SELECT *, DECODE(value_bytes, 'UTF-8') AS value_text
        FROM weather
      ) AS records
    ) AS known
  ) AS typed
) AS judged;
