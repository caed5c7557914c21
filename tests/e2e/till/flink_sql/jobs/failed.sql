-- A job that fails
-- What does a plan say of it?
-- Its landing table refuses it; it does not try again.
SET 'restart-strategy.type' = 'none';
SET 'parallelism.default' = '1';
INSERT INTO landed_orders
SELECT order_id, amount
FROM orders;
