-- Cargo readings
-- How warm was each vehicle's cargo, and how does a reading stand to the one before?
-- `warm_in_a_row` is 2 when this reading and the one before are both above 8 °C.
CREATE VIEW cargo_readings AS
SELECT
  vehicle_id,
  cargo_temp_c,
  measured_at,
  SUM(CASE WHEN cargo_temp_c > 8 THEN 1 ELSE 0 END) OVER two_readings AS warm_in_a_row,
  MIN(CAST(measured_at AS TIMESTAMP_LTZ(3))) OVER two_readings        AS previous_at
FROM positions
WHERE vehicle_id > 0
WINDOW two_readings AS (PARTITION BY vehicle_id ORDER BY measured_at ROWS BETWEEN 1 PRECEDING AND CURRENT ROW);
