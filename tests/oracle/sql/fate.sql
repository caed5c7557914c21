-- Fate of each record
-- What must become of every record of every event topic: a dead letter and why, a late event, or typed rows?
-- Reads `records` (topic, source_partition, source_offset, record_time, key, value), the declarations `declared_topics`
-- and `declared_fields` (see topics.py), and the function `tagged_document`.
CREATE OR REPLACE MACRO member(j, field) AS json_extract(j, '$.' || field);
CREATE OR REPLACE MACRO is_absent(j) AS j IS NULL OR json_type(j) = 'NULL';
CREATE OR REPLACE MACRO literal(j) AS regexp_replace(j ->> '$', '^(string|number|boolean):', '');
CREATE OR REPLACE MACRO is_string(j) AS json_type(j) = 'VARCHAR' AND starts_with(j ->> '$', 'string:');
CREATE OR REPLACE MACRO is_number(j) AS json_type(j) = 'VARCHAR' AND starts_with(j ->> '$', 'number:');
CREATE OR REPLACE MACRO size(j) AS abs(TRY_CAST(literal(j) AS DOUBLE));
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
CREATE OR REPLACE MACRO is_lines(j) AS
  json_type(j) = 'ARRAY' AND list_distinct([json_type(line) FOR line IN json_extract(j, '$[*]')]) = ['OBJECT'];
CREATE OR REPLACE MACRO is_of(kind, j, below) AS CASE kind
  WHEN 'text' THEN is_string(j)
  WHEN 'id' THEN is_id(j)
  WHEN 'integer' THEN is_integer(j)
  WHEN 'number' THEN is_number(j) AND coalesce(size(j) < below, true)
  WHEN 'time' THEN is_time(j)
  WHEN 'lines' THEN is_lines(j)
END;

CREATE OR REPLACE TABLE parsed AS
SELECT *, CAST(tagged_document(value) AS JSON) AS document
FROM records
WHERE topic IN (SELECT topic FROM declared_topics);

-- Lines that are not all objects are of the wrong type, whatever keys the others miss: such lines are not looked into.
CREATE OR REPLACE TABLE lines AS
SELECT topic, source_partition, source_offset, unnest(json_extract(document, '$.lines[*]')) AS line
FROM parsed
JOIN declared_topics USING (topic)
WHERE has_lines AND is_lines(document -> '$.lines');

CREATE OR REPLACE TABLE members AS
SELECT parsed.topic, source_partition, source_offset, declared_fields.* EXCLUDE (topic), member(document, field) AS value
FROM parsed
JOIN declared_fields ON declared_fields.topic = parsed.topic AND NOT in_lines
WHERE document IS NOT NULL
UNION ALL
SELECT lines.topic, source_partition, source_offset, declared_fields.* EXCLUDE (topic), member(line, field) AS value
FROM lines
JOIN declared_fields ON declared_fields.topic = lines.topic AND in_lines;

CREATE OR REPLACE TABLE checks AS
SELECT
  topic,
  source_partition,
  source_offset,
  bool_or(required AND is_absent(value)) AS missing_field,
  bool_or(NOT is_absent(value) AND NOT is_of(kind, value, below)) AS wrong_type,
  bool_or(legal <> [] AND NOT list_contains(legal, literal(value))) AS unknown_enum,
  bool_or(positive AND TRY_CAST(literal(value) AS INTEGER) <= 0) AS quantity_not_positive,
  bool_or(size(value) > at_most) AS coordinates_out_of_range,
  bool_and(literal(value) = '0') FILTER (kind = 'id') AS has_only_zero_ids
FROM members
GROUP BY ALL;

-- The order of the branches is the contract's: the first failing check is the reason, and bad goes before late.
CREATE OR REPLACE TABLE fate AS
SELECT
  topic,
  source_partition,
  source_offset,
  if(has_lines, json_array_length(document -> '$.lines'), 1) AS lines,
  TRY_CAST(literal(member(document, event_time_field)) AS TIMESTAMP) AS event_time,
  CASE
    WHEN document IS NULL THEN 'not_json'
    WHEN missing_field THEN 'missing_field'
    WHEN wrong_type THEN 'wrong_type'
    WHEN unknown_enum THEN 'unknown_enum'
    WHEN quantity_not_positive THEN 'quantity_not_positive'
    WHEN coordinates_out_of_range THEN 'coordinates_out_of_range'
    WHEN event_time > record_time + INTERVAL 60 SECOND THEN 'event_time_in_future'
  END AS error_type,
  error_type IS NULL AND record_time - event_time > INTERVAL 10 SECOND AS is_late,
  error_type IS NULL AND NOT is_late AS is_good,
  is_good AND coalesce(has_only_zero_ids, false) AS is_closing_marker
FROM parsed
JOIN declared_topics USING (topic)
LEFT JOIN checks USING (topic, source_partition, source_offset);
