-- Revenue by city
CREATE TABLE bronze.${NS:-}revenue_by_city (
  city_id   integer NOT NULL,
  revenue   numeric(14, 2) NOT NULL,
  landed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (city_id)
);
