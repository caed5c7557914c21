-- Copies
CREATE TABLE copies (
  city_id INT
) WITH (
  'connector' = 'blackhole'
);
