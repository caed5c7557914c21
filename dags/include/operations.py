"""Schema `operations` of the warehouse: made where it is missing, and what is written to it outside of alerts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from psycopg import Connection

    from include.health.checks import Check
    from include.quality import Verdict

TABLES = Path(__file__).with_name("operations.sql")
KEPT_DAYS = 7


def make_tables(connection: Connection[Any]) -> None:
    """Make schema `operations` and its tables where they are missing."""
    with connection.transaction():
        # Two first runs at once would both find nothing, and one would fail.
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('operations'))")
        connection.execute(TABLES.read_bytes())


def keep_measures(connection: Connection[Any], checks: Sequence[Check]) -> None:
    """Write down what was measured, and forget what was a week ago."""
    rows = [(check.name, check.value, check.most, check.is_ok, check.detail) for check in checks]
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany("INSERT INTO operations.measures VALUES (now(), %s, %s, %s, %s, %s)", rows)
        cursor.execute(
            "DELETE FROM operations.measures WHERE measured_at < now() - make_interval(days => %s)", (KEPT_DAYS,)
        )


def keep_verdicts(connection: Connection[Any], dag_id: str, run_id: str, verdicts: Sequence[Verdict]) -> None:
    """Write down how good a run's data were, in place of what was written of it before."""
    rows = [(dag_id, run_id, v.subject, v.is_ok, v.failures, v.detail) for v in verdicts]
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM operations.quality WHERE dag_id = %s AND run_id = %s", (dag_id, run_id))
        cursor.executemany("INSERT INTO operations.quality VALUES (%s, %s, %s, %s, %s, %s)", rows)
