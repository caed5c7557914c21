-- History of salespeople
-- For which country and team did a salesperson work, and since when?
-- One row a change (op: c created, u updated, r read at the first snapshot), by its place in the topic, with a salesperson as it was from `updated_at` on.
CREATE TABLE bronze.${NS:-}salesperson_history (
  source_partition integer        NOT NULL,
  source_offset    bigint         NOT NULL,
  op               text           NOT NULL,
  salesperson_id   integer        NOT NULL,
  name             text,
  country_code     text,
  team             text,
  active           boolean,
  updated_at       timestamptz(3) NOT NULL,
  landed_at        timestamptz    NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (source_partition, source_offset)
);
