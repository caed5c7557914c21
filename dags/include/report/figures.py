"""The numbers of a report, asked of the warehouse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from psycopg import Connection

    from include.report.kpis import Kpi

PERIODS = 14


@dataclass(frozen=True)
class Series:
    """A KPI with its newest values, oldest first; a period without one has none."""

    kpi: Kpi
    points: tuple[tuple[date, float | None], ...]

    @property
    def newest(self) -> float | None:
        """Its last value."""
        return self.points[-1][1] if self.points else None


@dataclass(frozen=True)
class Quality:
    """How good the data are.

    Args:
        complaints: (subject, what) of the newest nightly run.
        files: (file, records, loaded, quarantined).
        quarantine: (file, line, reason, text), the first of them.
        alerts: (name, what, since) of those that are open.
    """

    complaints: Sequence[tuple[Any, ...]]
    files: Sequence[tuple[Any, ...]]
    quarantine: Sequence[tuple[Any, ...]]
    alerts: Sequence[tuple[Any, ...]]


def series(connection: Connection[Any], kpi: Kpi) -> Series:
    """Compute a KPI for the newest periods."""
    rows = connection.execute(kpi.sql(PERIODS)).fetchall()
    return Series(kpi, tuple((period, None if value is None else float(value)) for period, value in rows))


def quality(connection: Connection[Any]) -> Quality:
    """Read what the last night and the last look said."""
    return Quality(
        connection.execute(
            """
            SELECT subject, detail FROM operations.quality
            WHERE NOT is_ok
              AND (dag_id, run_id) = (SELECT dag_id, run_id FROM operations.quality ORDER BY reported_at DESC LIMIT 1)
            ORDER BY subject
            """
        ).fetchall(),
        connection.execute("SELECT file, records, loaded, quarantined FROM reference.files ORDER BY file").fetchall(),
        connection.execute(
            "SELECT file, line, reason, left(raw, 80) FROM reference.quarantine ORDER BY file, line LIMIT 20"
        ).fetchall(),
        connection.execute(
            "SELECT name, detail, opened_at FROM operations.alerts WHERE closed_at IS NULL ORDER BY opened_at"
        ).fetchall(),
    )
