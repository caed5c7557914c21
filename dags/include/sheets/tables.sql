-- Reference
-- What did suppliers and other sources send as files, and what of it was unfit?
-- Every record of a file is in the table of its kind or in quarantine, and `files` says how many are where.
CREATE SCHEMA IF NOT EXISTS reference;

CREATE TABLE IF NOT EXISTS reference.files (
  file        text        PRIMARY KEY,
  sha256      text        NOT NULL,
  bytes       bigint      NOT NULL,
  records     bigint      NOT NULL,
  loaded      bigint      NOT NULL,
  quarantined bigint      NOT NULL,
  loaded_at   timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT counts_add_up CHECK (records = loaded + quarantined)
);

CREATE TABLE IF NOT EXISTS reference.quarantine (
  file           text        NOT NULL,
  line           bigint      NOT NULL,
  records        bigint      NOT NULL,
  reason         text        NOT NULL,
  raw            text,
  quarantined_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (file, line)
);

CREATE TABLE IF NOT EXISTS reference.price_sheets (
  file        text           NOT NULL,
  line        bigint         NOT NULL,
  supplier_id integer        NOT NULL,
  sku         text           NOT NULL,
  unit_cost   numeric(12, 2) NOT NULL CHECK (unit_cost > 0),
  valid_from  date           NOT NULL,
  PRIMARY KEY (supplier_id, sku, valid_from, file)
);

CREATE INDEX IF NOT EXISTS price_sheets_of_file ON reference.price_sheets (file);

CREATE TABLE IF NOT EXISTS reference.calendar (
  file            text    NOT NULL,
  line            bigint  NOT NULL,
  date            date    NOT NULL,
  year            integer NOT NULL,
  quarter         integer NOT NULL,
  month           integer NOT NULL,
  week            integer NOT NULL,
  weekday         integer NOT NULL,
  is_weekend      boolean NOT NULL,
  is_black_friday boolean NOT NULL,
  holiday         text,
  PRIMARY KEY (date, file)
);

CREATE TABLE IF NOT EXISTS reference.places (
  file         text   NOT NULL,
  line         bigint NOT NULL,
  kind         text   NOT NULL,
  id           text   NOT NULL,
  name         text   NOT NULL,
  country_code text,
  geometry     jsonb  NOT NULL,
  PRIMARY KEY (kind, id, file)
);

-- A later sheet corrects an earlier one; sheets are named by their day.
CREATE OR REPLACE VIEW reference.prices AS
SELECT DISTINCT ON (supplier_id, sku, valid_from)
  supplier_id,
  sku,
  valid_from,
  unit_cost,
  file
FROM reference.price_sheets
ORDER BY supplier_id, sku, valid_from, file DESC;

GRANT USAGE ON SCHEMA reference TO bi_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA reference TO bi_reader;
