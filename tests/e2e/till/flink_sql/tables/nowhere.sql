-- Nowhere
-- Is there a sink that needs nothing?
-- What is written here is counted and gone.
CREATE TABLE nowhere (
  order_id INT,
  amount   DECIMAL(12, 2)
) WITH (
  'connector' = 'blackhole'
);
