-- Top products per city and day
-- Which three products earn most in each city today?
-- One row a rank, overwritten when another product takes it; `landed_at` keeps the time of the first landing.
CREATE TABLE bronze.${NS:-}top_products_per_city (
  city_id    integer        NOT NULL,
  day        date           NOT NULL,
  rank       bigint         NOT NULL,
  product_id integer        NOT NULL,
  revenue    numeric(14, 2),
  items      bigint         NOT NULL,
  landed_at  timestamptz    NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (city_id, day, rank)
);
