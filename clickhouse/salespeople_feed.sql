-- Salespeople: the feed
-- How does a change of the shop's table become a row?
-- The topic has one partition, so the message's offset orders a row's versions. Row 0 is the heartbeat.
CREATE MATERIALIZED VIEW ${NS:-}salespeople_feed TO ${NS:-}salespeople_rows AS
SELECT
  tupleElement(if(op = 'd', before, after), 'salesperson_id') AS salesperson_id,
  tupleElement(if(op = 'd', before, after), 'name') AS name,
  tupleElement(if(op = 'd', before, after), 'country_code') AS country_code,
  tupleElement(if(op = 'd', before, after), 'team') AS team,
  tupleElement(if(op = 'd', before, after), 'active') AS active,
  tupleElement(if(op = 'd', before, after), 'updated_at') AS updated_at,
  _offset AS version,
  op = 'd' AS is_deleted
FROM ${NS:-}salespeople_queue
WHERE tupleElement(if(op = 'd', before, after), 'salesperson_id') > 0;
