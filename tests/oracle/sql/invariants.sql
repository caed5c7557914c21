-- Invariants of one run
-- Each row is one broken promise. Reads `fate`, `parsed` and `judged` (the topics to judge, with the error types each
-- can have), and the views `found_typed`, `found_dead`, `found_late` over what the engines hold.
WITH typed AS (
  SELECT topic, source_partition, source_offset, count(*) AS found_typed FROM found_typed GROUP BY ALL
),
dead AS (
  SELECT topic, source_partition, source_offset, count(*) AS found_dead FROM found_dead GROUP BY ALL
),
late AS (
  SELECT topic, source_partition, source_offset, count(*) AS found_late FROM found_late GROUP BY ALL
),
sent AS (
  SELECT * FROM fate WHERE topic IN (SELECT topic FROM judged)
),
found AS (
  SELECT
    format('{} partition {} offset {}', topic, source_partition, source_offset) AS place,
    sent.source_offset IS NOT NULL AS is_sent,
    coalesce(is_closing_marker, false) AS is_closing_marker,
    coalesce(lines, 0) AS lines,
    coalesce(found_typed, 0) AS found_typed,
    coalesce(found_dead, 0) AS found_dead,
    coalesce(found_late, 0) AS found_late
  FROM sent
  FULL JOIN typed USING (topic, source_partition, source_offset)
  FULL JOIN dead USING (topic, source_partition, source_offset)
  FULL JOIN late USING (topic, source_partition, source_offset)
),
not_once AS (
  SELECT
    format(
      '{} is not found exactly once: {} of {} typed rows, {} dead letters, {} late events',
      place, found_typed, lines, found_dead, found_late
    ) AS violation
  FROM found
  WHERE
    is_sent
    AND NOT is_closing_marker
    AND (
      CAST(found_typed > 0 AS INTEGER) + CAST(found_dead > 0 AS INTEGER) + CAST(found_late > 0 AS INTEGER) <> 1
      OR found_typed NOT IN (0, lines)
      OR found_dead > 1
      OR found_late > 1
    )
),
never_sent AS (
  SELECT place || ' was found but never sent' AS violation
  FROM found
  WHERE NOT is_sent
),
altered AS (
  SELECT
    format('dead letter of {} partition {} offset {} does not carry the original bytes', topic, source_partition, source_offset)
      AS violation
  FROM found_dead
  JOIN parsed USING (topic, source_partition, source_offset)
  WHERE
    sha256(value_bytes) IS DISTINCT FROM sha256(value)
    OR sha256(key_bytes) IS DISTINCT FROM sha256(key)
),
error_types AS (
  SELECT topic, unnest(error_types) AS error_type FROM judged WHERE generated
),
unseen AS (
  SELECT format('no dead letter of {} has error type {}', topic, error_type) AS violation
  FROM error_types
  ANTI JOIN found_dead USING (topic, error_type)
),
unclosed AS (
  SELECT format('{} partition {} has no closing marker: what it held back stays open', topic, source_partition) AS violation
  FROM sent
  JOIN judged USING (topic)
  WHERE generated
  GROUP BY topic, source_partition
  HAVING NOT bool_or(is_closing_marker)
)
SELECT violation FROM not_once
UNION ALL
SELECT violation FROM never_sent
UNION ALL
SELECT violation FROM altered
UNION ALL
SELECT violation FROM unseen
UNION ALL
SELECT violation FROM unclosed
ORDER BY violation;
