-- Revenue by city and minute
-- How much does each city sell, minute by minute?
-- One row a city and minute, replaced when it changes; `landed_at` keeps the time of the first landing.
CREATE TABLE bronze.${NS:-}revenue_by_city_minute (
  city_id   integer        NOT NULL,
  minute    timestamptz(3) NOT NULL,
  revenue   numeric(14, 2),
  orders    bigint,
  items     bigint,
  landed_at timestamptz    NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (city_id, minute)
);
