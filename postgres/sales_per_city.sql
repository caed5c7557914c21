-- Sales per city over the last 15 minutes
-- Which cities sell most right now?
-- One row a city and window; every minute a new window ends. `landed_at` keeps the time of the first landing.
CREATE TABLE bronze.${NS:-}sales_per_city (
  city_id      integer        NOT NULL,
  window_start timestamptz(3) NOT NULL,
  window_end   timestamptz(3) NOT NULL,
  revenue      numeric(14, 2),
  orders       bigint         NOT NULL,
  items        bigint         NOT NULL,
  city_rank    bigint         NOT NULL,
  landed_at    timestamptz    NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (city_id, window_end)
);
