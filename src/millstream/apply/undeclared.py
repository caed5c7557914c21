"""Stop jobs whose file is gone, when that was approved: their state is kept, and nothing submits them again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.engines.flink import location
from millstream.plan import DELETED

if TYPE_CHECKING:
    from pathlib import Path

    from millstream.apply.target import Engines
    from millstream.project.model import Project, ResourceId


def stop(resource: ResourceId, project: Project, target: str, engines: Engines, checkpoints: Path) -> None:
    """Stop every job that runs as a resource, with a savepoint where it can take one.

    The record stays, with a note: `up` leaves it alone, and should the file come back the job goes on from there.

    Raises:
        EngineError: Flink or the control database refuses; approving it again goes on from there.
    """
    attempts = engines.control.jobs.attempts(project.name, target, str(resource))
    known = {attempt.job_id for attempt in attempts}
    for job in engines.flink.jobs():
        if job.ended or not (job.id in known or _is(engines, job.id, project.name, str(resource))):
            continue
        if job.state == "RUNNING":
            engines.flink.stop_with_savepoint(job.id, location(checkpoints / job.id))
        else:
            # What does not run can take no savepoint; its newest checkpoint is kept.
            engines.flink.cancel(job.id)
    # Behind it: a job that still runs must not be left alone by the resume process.
    if attempts:
        engines.control.jobs.mark(attempts[0].job_id, DELETED)


def _is(engines: Engines, job_id: str, project: str, resource: str) -> bool:
    parameters = engines.flink.parameters(job_id)
    return (parameters.get("millstream.project"), parameters.get("millstream.resource")) == (project, resource)
