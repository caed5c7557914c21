-- Visits: the feed
-- How does a record become a row?
-- It is detached by hand.
CREATE MATERIALIZED VIEW ${NS:-}visits_feed TO ${NS:-}visits AS
SELECT visit_id, city_id
FROM ${NS:-}visits_queue;
