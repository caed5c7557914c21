-- Dead and late events by topic (ClickHouse, from the parse jobs)
-- How many records of each topic could not be read, and how many came too late?
-- Every parse job writes the topics dead_letters and late_events, which ClickHouse reads itself
SELECT
  source_topic,
  countIf(kind = 'dead') AS dead_letters,
  countIf(kind = 'late') AS late_events,
  max(record_time)       AS newest
FROM (
  SELECT source_topic, 'dead' AS kind, record_time FROM dead_letters
  UNION ALL
  SELECT source_topic, 'late', record_time FROM late_events
)
GROUP BY source_topic
ORDER BY source_topic
