-- Passed events, the connector's defaults
-- How long does a row need to PostgreSQL with the connector's defaults?
-- One row an event.
CREATE TABLE bronze.${NS:-}defaults (
  id           bigint  PRIMARY KEY,
  city_id      integer NOT NULL,
  amount       numeric(12, 2),
  scheduled_ms bigint  NOT NULL
);
