-- Slow clicks by page
CREATE VIEW slow_clicks AS
SELECT user_id, page, ms
FROM clicks
WHERE ms > 60;

INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM slow_clicks
GROUP BY page;
