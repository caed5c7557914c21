-- Shipment delays
-- Which orders came late, and by how much?
-- One row a order, replaced when it changes; `landed_at` keeps the time of the first landing.
CREATE TABLE bronze.${NS:-}shipment_delays (
  order_id     text           NOT NULL,
  shipment_id  text           NOT NULL,
  city_id      integer        NOT NULL,
  ordered_at   timestamptz(3) NOT NULL,
  promised_at  timestamptz(3) NOT NULL,
  delivered_at timestamptz(3) NOT NULL,
  is_late      boolean        NOT NULL,
  minutes_late bigint         NOT NULL,
  landed_at    timestamptz    NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (order_id)
);
