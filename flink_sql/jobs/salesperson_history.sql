-- History of salespeople
-- For which country and team did a salesperson work, and since when?
-- A plain copy of every change to PostgreSQL. Deletions hold no row; the shop never deletes. Row 0 is the heartbeat.
SET 'parallelism.default' = '1';

INSERT INTO bronze_salesperson_history
SELECT
  source_partition,
  source_offset,
  op,
  after.salesperson_id,
  after.name,
  after.country_code,
  after.team,
  after.active,
  CAST(after.updated_at AS TIMESTAMP(3)) AS updated_at
FROM salesperson_changes
WHERE op IN ('c', 'u', 'r') AND after.salesperson_id > 0;
