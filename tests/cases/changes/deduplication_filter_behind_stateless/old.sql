-- Quantity of each order as it arrived last
SET 'table.exec.deduplicate.insert-update-after-sensitive-enabled' = 'false';

CREATE VIEW arrivals AS
SELECT *, PROCTIME() AS arrived_at
FROM orders_in;

INSERT INTO counts
SELECT order_id, CAST(quantity AS BIGINT) AS n
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY order_id ORDER BY arrived_at DESC) AS version_no
  FROM arrivals
)
WHERE version_no = 1;
