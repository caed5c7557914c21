-- Top salespeople per country and day
-- Which three salespeople earn most in each country today?
-- One row a rank, overwritten when another salesperson takes it; `landed_at` keeps the time of the first landing.
CREATE TABLE bronze.${NS:-}top_salespeople_per_country (
  country_code   text           NOT NULL,
  day            date           NOT NULL,
  rank           bigint         NOT NULL,
  salesperson_id integer        NOT NULL,
  salesperson    text,
  revenue        numeric(14, 2),
  orders         bigint         NOT NULL,
  landed_at      timestamptz    NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (country_code, day, rank)
);
