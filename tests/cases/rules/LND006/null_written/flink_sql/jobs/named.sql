-- Named
INSERT INTO named
SELECT order_id, CAST(NULL AS STRING) AS name
FROM orders;
