-- Totals
CREATE TABLE totals (
  city_id BIGINT,
  revenue DECIMAL(38, 2)
) WITH (
  'connector' = 'blackhole'
);
