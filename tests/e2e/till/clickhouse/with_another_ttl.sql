-- Stays
-- Who stayed how long?
-- Its time to live is altered by hand.
CREATE TABLE ${NS:-}with_another_ttl (
  visit_id Int32,
  left_at  DateTime('UTC')
) ENGINE = MergeTree
ORDER BY visit_id;
