-- Slow clicks by page
CREATE VIEW timed_clicks AS
SELECT user_id, page, ms
FROM clicks;

CREATE VIEW slow_clicks AS
SELECT user_id, page, ms
FROM timed_clicks
WHERE ms > 60;

INSERT INTO counts
SELECT page, COUNT(*) AS n
FROM slow_clicks
GROUP BY page;
