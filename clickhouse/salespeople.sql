-- Salespeople
-- Who sells, for which country and team?
-- Each row as it is now; FINAL settles here what merges settle later.
CREATE VIEW ${NS:-}salespeople AS
SELECT
  salesperson_id,
  name,
  country_code,
  team,
  active,
  updated_at,
  landed_at
FROM ${NS:-}salespeople_rows FINAL;
