-- Totals
CREATE TABLE totals (
  city_id INT,
  revenue DECIMAL(38, 2)
) WITH (
  'connector' = 'blackhole'
);
