-- Passed events, our settings
-- How long does a row need to PostgreSQL with our settings?
-- One row an event.
CREATE TABLE bronze.${NS:-}tuned (
  id           bigint  PRIMARY KEY,
  city_id      integer NOT NULL,
  amount       numeric(12, 2),
  scheduled_ms bigint  NOT NULL
);
