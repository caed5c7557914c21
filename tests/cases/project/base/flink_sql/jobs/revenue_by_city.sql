-- Revenue by city
EXECUTE STATEMENT SET
BEGIN
INSERT INTO revenue_by_city
SELECT city_id, SUM(amount)
FROM order_items
GROUP BY city_id;
INSERT INTO bronze_revenue_by_city
SELECT city_id, SUM(amount)
FROM order_items
GROUP BY city_id;
END;
