-- Cold chain breaches
-- When was cold cargo too warm, for how long, and how warm?
-- One row a vehicle and start, replaced when it changes; `landed_at` keeps the time of the first landing.
CREATE TABLE bronze.${NS:-}cold_chain_breaches (
  vehicle_id integer        NOT NULL,
  started_at timestamptz(3) NOT NULL,
  ended_at   timestamptz(3) NOT NULL,
  readings   bigint         NOT NULL,
  max_temp_c numeric(5, 2)  NOT NULL,
  duration_s bigint         NOT NULL,
  landed_at  timestamptz    NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (vehicle_id, started_at)
);
