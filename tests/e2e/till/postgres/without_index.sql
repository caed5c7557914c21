-- Rooms
-- Which rooms are there?
-- The index behind UNIQUE is dropped by hand.
CREATE TABLE bronze.${NS:-}without_index (
  room_id integer NOT NULL,
  name    text,
  token   text    NOT NULL DEFAULT '${ROOM_TOKEN}',
  PRIMARY KEY (room_id),
  UNIQUE (name)
);
