"""The control database's schema, as numbered steps that are each applied once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from millstream.engines.control.database import Database

# Any constant will do, as long as it never changes: two runners must meet at the same lock.
_LOCK = 0x6D69677261746500

STEPS: tuple[str, ...] = (
    """
    CREATE TABLE journal (
      id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      apply_id    text NOT NULL,
      step        integer NOT NULL,
      resource    text NOT NULL,
      action      text NOT NULL,
      started_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
      finished_at timestamptz,
      outcome     text
    );
    CREATE INDEX ON journal (apply_id, step);

    CREATE TABLE ownership (
      engine   text NOT NULL,
      name     text NOT NULL,
      project  text NOT NULL,
      resource text NOT NULL,
      since    timestamptz NOT NULL DEFAULT clock_timestamp(),
      PRIMARY KEY (engine, name)
    );

    CREATE TABLE jobs (
      project       text NOT NULL,
      target        text NOT NULL,
      resource      text NOT NULL,
      attempt       integer NOT NULL CHECK (attempt > 0),
      engine_name   text NOT NULL,
      job_id        text NOT NULL UNIQUE,
      fingerprint   text NOT NULL,
      parts         jsonb NOT NULL,
      bundle        jsonb NOT NULL,
      restored_from text,
      savepoint     text,
      desired       text NOT NULL CHECK (desired IN ('running', 'suspended')),
      note          text,
      recorded_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
      confirmed_at  timestamptz,
      PRIMARY KEY (project, target, resource, attempt)
    );

    CREATE TABLE heartbeats (
      name    text PRIMARY KEY,
      pid     integer NOT NULL,
      seen_at timestamptz NOT NULL
    );
    """,
    """
    CREATE TABLE sources (
      project       text NOT NULL,
      target        text NOT NULL,
      resource      text NOT NULL,
      name          text NOT NULL,
      namespace     text NOT NULL,
      -- Not jsonb, which would put the fields of the records into an order of its own.
      declaration   json NOT NULL,
      applied_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
      polled_at     timestamptz,
      failing_since timestamptz,
      trouble       text,
      sent          bigint NOT NULL DEFAULT 0,
      dead          bigint NOT NULL DEFAULT 0,
      PRIMARY KEY (project, target, resource)
    );
    """,
    """
    -- Parallel tasks when the job was seen running; 0 when nobody looked.
    ALTER TABLE jobs ADD COLUMN tasks integer NOT NULL DEFAULT 0;

    CREATE TABLE objects (
      project     text NOT NULL,
      target      text NOT NULL,
      resource    text NOT NULL,
      declaration text NOT NULL,
      traits      jsonb NOT NULL,
      applied_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
      PRIMARY KEY (project, target, resource)
    );
    """,
)


def migrate(database: Database) -> None:
    """Bring the schema up to date; safe when several processes do it at once.

    Raises:
        EngineError: the server is away or refuses.
    """
    with database.transaction() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute("CREATE SCHEMA IF NOT EXISTS millstream")
        cursor.execute("CREATE TABLE IF NOT EXISTS migrations (version integer PRIMARY KEY, applied_at timestamptz)")
        done = cursor.execute("SELECT coalesce(max(version), 0) AS version FROM migrations").fetchone()
        for version in range((done["version"] if done else 0) + 1, len(STEPS) + 1):
            cursor.execute(STEPS[version - 1].encode())
            cursor.execute("INSERT INTO migrations VALUES (%s, clock_timestamp())", [version])
