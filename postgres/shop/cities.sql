-- Cities
-- Where do customers live, and where do suppliers and warehouses stand?
-- Row 0 is the heartbeat: its `updated_at` moves every second, so that readers know how far the changes have come.
CREATE TABLE cities (
  city_id      integer      PRIMARY KEY,
  name         text         NOT NULL,
  country      text         NOT NULL,
  country_code text         NOT NULL,
  latitude     numeric(9,6) NOT NULL,
  longitude    numeric(9,6) NOT NULL,
  population   integer      NOT NULL,
  updated_at   timestamptz  NOT NULL
);
