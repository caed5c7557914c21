-- Cold chain breaches: the feed
-- How does a change of the result become a row?
-- A deletion carries its row in `before`. A key stays in one partition, so the message's offset orders its versions.
CREATE MATERIALIZED VIEW ${NS:-}cold_chain_breaches_feed TO ${NS:-}cold_chain_breaches_rows AS
SELECT
  tupleElement(if(op = 'd', before, after), 'vehicle_id') AS vehicle_id,
  tupleElement(if(op = 'd', before, after), 'started_at') AS started_at,
  tupleElement(if(op = 'd', before, after), 'ended_at') AS ended_at,
  tupleElement(if(op = 'd', before, after), 'readings') AS readings,
  tupleElement(if(op = 'd', before, after), 'max_temp_c') AS max_temp_c,
  tupleElement(if(op = 'd', before, after), 'duration_s') AS duration_s,
  _offset AS version,
  op = 'd' AS is_deleted
FROM ${NS:-}cold_chain_breaches_queue;
