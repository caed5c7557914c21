-- Small orders beside the big ones
-- Which orders are to be looked at?
INSERT INTO ${NS:-}big_orders
SELECT *
FROM ${NS:-}orders
WHERE amount < 1
EMIT CHANGES;
