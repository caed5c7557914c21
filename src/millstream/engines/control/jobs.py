"""What was applied to Flink: one row a job and attempt, kept so that it can be submitted again.

A row is written *before* its job is submitted. So whatever is killed, the JobManager never runs a job this table does
not know, and the id of a submission whose reply was lost is known.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from psycopg.types.json import Jsonb

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from millstream.engines.control.database import Database


class Desired(StrEnum):
    """What the last apply or `down` wants of a job."""

    RUNNING = "running"
    SUSPENDED = "suspended"


@dataclass(frozen=True)
class AppliedJob:
    """One attempt to run a job.

    Args:
        resource: for example `job.parse_orders`, namespace included.
        job_id: 32 hexadecimal digits, derived from project, target, resource and attempt.
        fingerprint: digest of everything the job depends on; `parts` says of what.
        bundle: what was submitted, as templates without secrets (`flinkplan.Bundle.to_json()`).
        restored_from: the checkpoint or savepoint it starts from; `None` for a job that starts without state.
        savepoint: the savepoint it was suspended with, or the last one that somebody else took of it.
        note: how it ended without us, for example `canceled`; a job with a note is left alone.
        confirmed_at: when it was seen running, and restored from where it should be.
        tasks: its parallel tasks then, 0 when nobody looked.
    """

    project: str
    target: str
    resource: str
    attempt: int
    engine_name: str
    job_id: str
    fingerprint: str
    parts: Mapping[str, Any]
    bundle: Mapping[str, Any] = field(repr=False)
    restored_from: str | None = None
    savepoint: str | None = None
    desired: Desired = Desired.RUNNING
    note: str | None = None
    recorded_at: datetime | None = None
    confirmed_at: datetime | None = None
    tasks: int = 0


_SELECT = """
SELECT project, target, resource, attempt, engine_name, job_id, fingerprint, parts, bundle, restored_from, savepoint,
       desired, note, recorded_at, confirmed_at, tasks
FROM jobs
"""

_CURRENT = """
SELECT DISTINCT ON (project, target, resource)
       project, target, resource, attempt, engine_name, job_id, fingerprint, parts, bundle, restored_from, savepoint,
       desired, note, recorded_at, confirmed_at, tasks
FROM jobs
WHERE (%(project)s::text IS NULL OR project = %(project)s) AND (%(target)s::text IS NULL OR target = %(target)s)
ORDER BY project, target, resource, attempt DESC
"""

_INSERT = """
INSERT INTO jobs (project, target, resource, attempt, engine_name, job_id, fingerprint, parts, bundle, restored_from,
                  savepoint, desired, note, tasks)
VALUES (%(project)s, %(target)s, %(resource)s, %(attempt)s, %(engine_name)s, %(job_id)s, %(fingerprint)s, %(parts)s,
        %(bundle)s, %(restored_from)s, %(savepoint)s, %(desired)s, %(note)s, %(tasks)s)
"""


class Jobs:
    """The applied jobs of one control database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, job: AppliedJob) -> None:
        """Write down an attempt, before it is submitted.

        Raises:
            EngineError: this attempt or job id is there already, or the server is away.
        """
        values = asdict(job)
        values |= {"parts": Jsonb(values["parts"]), "bundle": Jsonb(values["bundle"])}
        with self._database.transaction() as cursor:
            cursor.execute(_INSERT, values)

    def current(self, project: str | None = None, target: str | None = None) -> tuple[AppliedJob, ...]:
        """The newest attempt of every job, by resource; of all projects and targets unless named."""
        return self._select(_CURRENT, {"project": project, "target": target})

    def attempts(self, project: str, target: str, resource: str) -> tuple[AppliedJob, ...]:
        """Every attempt of one job, newest first."""
        return self._select(
            _SELECT + "WHERE project = %(project)s AND target = %(target)s AND resource = %(resource)s"
            " ORDER BY attempt DESC",
            {"project": project, "target": target, "resource": resource},
        )

    def desire(self, job_id: str, desired: Desired) -> None:
        """Say what is wanted of a job."""
        self._update("UPDATE jobs SET desired = %s WHERE job_id = %s", desired, job_id)

    def suspended(self, job_id: str, savepoint: str) -> None:
        """Note the newest savepoint of a job that has ended."""
        self._update("UPDATE jobs SET savepoint = %s WHERE job_id = %s", savepoint, job_id)

    def mark(self, job_id: str, note: str) -> None:
        """Note that a job ended without us; nothing submits it again until it is applied anew."""
        self._update("UPDATE jobs SET note = %s WHERE job_id = %s", note, job_id)

    def confirm(self, job_id: str) -> None:
        """Note that a job was seen running, restored from where it should be."""
        self._update(
            "UPDATE jobs SET confirmed_at = clock_timestamp() WHERE job_id = %s AND confirmed_at IS NULL", job_id
        )

    def count(self, job_id: str, tasks: int) -> None:
        """Note how many parallel tasks a job was seen running with."""
        self._update("UPDATE jobs SET tasks = %s WHERE job_id = %s", tasks, job_id)

    def elsewhere(self, job_ids: Sequence[str], project: str, target: str) -> frozenset[str]:
        """Those of some job ids that were submitted for another project or target."""
        with self._database.transaction() as cursor:
            cursor.execute(
                "SELECT job_id FROM jobs WHERE job_id = ANY(%s) AND NOT (project = %s AND target = %s)",
                [list(job_ids), project, target],
            )
            return frozenset(row["job_id"] for row in cursor.fetchall())

    def forget(self, project: str, target: str, resource: str) -> None:
        """Delete every attempt of a job that was dropped."""
        self._update("DELETE FROM jobs WHERE project = %s AND target = %s AND resource = %s", project, target, resource)

    def _update(self, statement: str, *values: str | int) -> None:
        with self._database.transaction() as cursor:
            cursor.execute(statement.encode(), values)

    def _select(self, statement: str, values: Mapping[str, Any]) -> tuple[AppliedJob, ...]:
        with self._database.transaction() as cursor:
            cursor.execute(statement.encode(), values)
            return tuple(AppliedJob(**row | {"desired": Desired(row["desired"])}) for row in cursor.fetchall())
