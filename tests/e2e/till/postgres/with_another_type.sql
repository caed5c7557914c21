-- Staff
-- Who sells?
-- A column's type is altered by hand.
CREATE TABLE bronze.${NS:-}with_another_type (
  person_id integer NOT NULL,
  name      varchar(40),
  PRIMARY KEY (person_id)
);
