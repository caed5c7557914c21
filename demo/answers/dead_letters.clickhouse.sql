-- Dead letters by reason (ClickHouse)
-- What could not be read, and why?
SELECT
  error_type,
  count()              AS records,
  any(error_message)   AS for_example
FROM dead_letters
GROUP BY error_type
ORDER BY records DESC
