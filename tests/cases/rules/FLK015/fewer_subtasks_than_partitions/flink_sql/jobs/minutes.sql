-- Minutes
INSERT INTO totals
SELECT city_id, SUM(amount) AS revenue
FROM TABLE(TUMBLE(TABLE copies, DESCRIPTOR(ordered_at), INTERVAL '1' MINUTE))
GROUP BY city_id, window_start, window_end;
