-- Copy again
INSERT INTO copies /*+ OPTIONS('sink.transactional-id-prefix' = '${NS:-}copy_again-copies') */
SELECT order_id, city_id, amount, ordered_at
FROM orders;
