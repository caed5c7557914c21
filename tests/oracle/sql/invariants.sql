-- Invariants of one run
-- Each row is one broken promise. Reads `fate` and `parsed`, and the views `found_items`, `found_dead`, `found_late`
-- over what the engines hold.
WITH items AS (
  SELECT source_partition, source_offset, count(*) AS found_items FROM found_items GROUP BY ALL
),
dead AS (
  SELECT source_partition, source_offset, count(*) AS found_dead FROM found_dead GROUP BY ALL
),
late AS (
  SELECT source_partition, source_offset, count(*) AS found_late FROM found_late GROUP BY ALL
),
found AS (
  SELECT
    source_partition,
    source_offset,
    fate.source_offset IS NOT NULL AS is_sent,
    coalesce(is_closing_marker, false) AS is_closing_marker,
    lines,
    coalesce(found_items, 0) AS found_items,
    coalesce(found_dead, 0) AS found_dead,
    coalesce(found_late, 0) AS found_late
  FROM fate
  FULL JOIN items USING (source_partition, source_offset)
  FULL JOIN dead USING (source_partition, source_offset)
  FULL JOIN late USING (source_partition, source_offset)
),
not_once AS (
  SELECT
    format(
      'partition {} offset {} is not found exactly once: {} of {} lines, {} dead letters, {} late events',
      source_partition, source_offset, found_items, lines, found_dead, found_late
    ) AS violation
  FROM found
  WHERE
    is_sent
    AND NOT is_closing_marker
    AND (
      CAST(found_items > 0 AS INTEGER) + CAST(found_dead > 0 AS INTEGER) + CAST(found_late > 0 AS INTEGER) <> 1
      OR found_items NOT IN (0, lines)
      OR found_dead > 1
      OR found_late > 1
    )
),
never_sent AS (
  SELECT format('partition {} offset {} was found but never sent', source_partition, source_offset) AS violation
  FROM found
  WHERE NOT is_sent
),
altered AS (
  SELECT
    format('dead letter of partition {} offset {} does not carry the original bytes', source_partition, source_offset)
      AS violation
  FROM found_dead
  JOIN parsed USING (source_partition, source_offset)
  WHERE
    sha256(value_bytes) IS DISTINCT FROM sha256(value)
    OR sha256(key_bytes) IS DISTINCT FROM sha256(key)
),
error_types (error_type) AS (
  VALUES
    ('not_json'),
    ('missing_field'),
    ('wrong_type'),
    ('unknown_enum'),
    ('quantity_not_positive'),
    ('event_time_in_future')
),
unseen AS (
  SELECT format('no dead letter has error type {}', error_type) AS violation
  FROM error_types
  WHERE error_type NOT IN (SELECT error_type FROM found_dead)
),
unclosed AS (
  SELECT format('partition {} has no closing marker: its last windows stay open', source_partition) AS violation
  FROM fate
  GROUP BY source_partition
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
