-- Salespeople
-- Who sells, in which country and which team?
-- Team and country change; rows are never deleted: `active` turns false. Row 0 is the heartbeat.
CREATE TABLE salespeople (
  salesperson_id integer     PRIMARY KEY,
  name           text        NOT NULL,
  country_code   text        NOT NULL,
  team           text        NOT NULL,
  active         boolean     NOT NULL,
  updated_at     timestamptz NOT NULL
);
