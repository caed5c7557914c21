-- A job that is given more parallel tasks
-- What does a plan say of it?
-- The job itself does next to nothing.
SET 'pipeline.max-parallelism' = '4';
SET 'parallelism.default' = '1';
INSERT INTO nowhere
SELECT order_id, amount
FROM orders;
