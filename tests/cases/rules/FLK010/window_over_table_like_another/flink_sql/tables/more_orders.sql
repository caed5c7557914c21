-- More orders
CREATE TABLE more_orders
LIKE orders;
