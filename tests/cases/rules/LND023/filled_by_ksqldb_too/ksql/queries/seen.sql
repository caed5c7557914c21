-- Orders that were seen
INSERT INTO ${NS:-}copies
SELECT order_id, seen
FROM ${NS:-}orders;
