-- First
SET 'table.exec.state.ttl' = '7 d';
INSERT INTO copies
SELECT order_id, city_id, amount, ordered_at
FROM firsts;
