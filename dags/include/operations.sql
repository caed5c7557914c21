-- Operations
-- How is the platform, what is wrong with it, and how good were the data of each night?
-- Measures are kept for a week, alerts and nights for good.
CREATE SCHEMA IF NOT EXISTS operations;

CREATE TABLE IF NOT EXISTS operations.measures (
  measured_at timestamptz      NOT NULL,
  name        text             NOT NULL,
  value       double precision,
  most        double precision,
  is_ok       boolean          NOT NULL,
  detail      text             NOT NULL,
  PRIMARY KEY (measured_at, name)
);

CREATE TABLE IF NOT EXISTS operations.alerts (
  alert_id       bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  scope          text        NOT NULL,
  name           text        NOT NULL,
  detail         text        NOT NULL,
  opened_at      timestamptz NOT NULL DEFAULT now(),
  closed_at      timestamptz,
  told_opened_at timestamptz,
  told_closed_at timestamptz
);

CREATE UNIQUE INDEX IF NOT EXISTS one_open_alert ON operations.alerts (scope, name) WHERE closed_at IS NULL;

CREATE TABLE IF NOT EXISTS operations.quality (
  dag_id      text        NOT NULL,
  run_id      text        NOT NULL,
  subject     text        NOT NULL,
  is_ok       boolean     NOT NULL,
  failures    bigint      NOT NULL,
  detail      text        NOT NULL,
  reported_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (dag_id, run_id, subject)
);

GRANT USAGE ON SCHEMA operations TO bi_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA operations TO bi_reader;
