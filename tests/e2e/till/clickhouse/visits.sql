-- Visits
-- Who came where?
-- A column is added by hand.
CREATE TABLE ${NS:-}visits (
  visit_id Int32,
  city_id  Int32
) ENGINE = MergeTree
ORDER BY visit_id;
