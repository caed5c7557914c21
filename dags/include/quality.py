"""How good the data of one build are: what dbt found, what of the files was set aside, which tasks failed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from include import notices, operations
from include.connections import warehouse
from include.health import alerts
from include.health.checks import Check
from include.sheets.loading import make_tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from psycopg import Connection

FAILED = {"failed", "upstream_failed"}
# dbt's words for the outcome of a node (docs.getdbt.com, "Run results JSON file").
BAD = {"error", "fail", "runtime error"}
RECEIVERS = "ALERT_URLS"


@dataclass(frozen=True)
class Verdict:
    """What was found of one subject: a test, a model, a file, a task."""

    subject: str
    is_ok: bool
    failures: int
    detail: str


def report(dag_id: str, run_id: str, states: Mapping[str, str | None], results: Path) -> str:
    """Write down every verdict of a run and settle its alert.

    Args:
        dag_id: the DAG.
        run_id: its run.
        states: of its tasks.
        results: dbt's `run_results.json`, if dbt came as far.

    Returns:
        The sum in one sentence.

    Raises:
        RuntimeError: a task failed, so the run did.
    """
    failed = sorted(task for task, state in states.items() if state in FAILED)
    with warehouse() as connection:
        connection.autocommit = True
        operations.make_tables(connection)
        # Loading may have failed before it made them.
        make_tables(connection)
        verdicts = [
            *of_dbt(results),
            *of_files(connection),
            *(Verdict(f"task {t}", False, 1, "failed") for t in failed),
        ]
        operations.keep_verdicts(connection, dag_id, run_id, verdicts)
        alerts.settle(connection, dag_id, [Check(dag_id, is_ok=not failed, detail=summary(verdicts))])
        if notices.receivers(RECEIVERS):
            alerts.tell(connection, notices.sender(RECEIVERS))
    if failed:
        raise RuntimeError(summary(verdicts))
    return summary(verdicts)


def summary(verdicts: Sequence[Verdict]) -> str:
    """How many were looked at, and the first that are not as they should be."""
    bad = [verdict for verdict in verdicts if not verdict.is_ok]
    if not bad:
        return f"{len(verdicts)} looked at, nothing to complain of"
    first = "; ".join(f"{verdict.subject}: {verdict.detail}" for verdict in bad[:5])
    return f"{len(bad)} of {len(verdicts)} are not as they should be: {first}"


def of_dbt(results: Path) -> Iterator[Verdict]:
    """What dbt says of every model and test."""
    if not results.is_file():
        return
    for found in json.loads(results.read_text(encoding="utf-8"))["results"]:
        kind, _, name = found["unique_id"].split(".")[:3]
        detail = " ".join((found.get("message") or found["status"]).split())
        yield Verdict(f"{kind} {name}", found["status"] not in BAD, found.get("failures") or 0, detail[:500])


def of_files(connection: Connection[Any]) -> Iterator[Verdict]:
    """What of each file was set aside; a quarantined line is to be looked at, but no reason for a night to fail."""
    rows = connection.execute(
        """
        SELECT f.file, f.records, f.loaded, f.quarantined, coalesce(min(q.reason), '')
        FROM reference.files AS f
        LEFT JOIN reference.quarantine AS q USING (file)
        GROUP BY f.file
        ORDER BY f.file
        """
    )
    for file, records, loaded, quarantined, reason in rows:
        words = f"{loaded:,} of {records:,} records loaded" + (
            f", {quarantined:,} set aside ({reason})" if reason else ""
        )
        yield Verdict(f"file {file}", not reason, quarantined, words)
