-- A job that is stopped with a savepoint and restored from it
-- What does a plan say of it?
-- The job itself does next to nothing.
SET 'parallelism.default' = '1';
INSERT INTO nowhere
SELECT order_id, amount
FROM orders;
