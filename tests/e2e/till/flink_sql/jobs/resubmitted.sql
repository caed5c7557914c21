-- A job that is cancelled and submitted again with other SQL
-- What does a plan say of it?
-- The job itself does next to nothing.
SET 'parallelism.default' = '1';
INSERT INTO nowhere
SELECT order_id, amount
FROM orders;
