-- Last position of each vehicle
-- Where is each vehicle now?
-- One row a vehicle, replaced when it changes; `landed_at` keeps the time of the first landing.
CREATE TABLE bronze.${NS:-}vehicle_last_position (
  vehicle_id   integer        NOT NULL,
  latitude     numeric(9, 6)  NOT NULL,
  longitude    numeric(9, 6)  NOT NULL,
  speed_kmh    numeric(5, 1)  NOT NULL,
  heading_deg  integer        NOT NULL,
  cargo_temp_c numeric(5, 2),
  measured_at  timestamptz(3) NOT NULL,
  landed_at    timestamptz    NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (vehicle_id)
);
