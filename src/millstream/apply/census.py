"""Every job that Flink has, beside what the control database knows of this project's jobs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from millstream.engines.control import Desired
from millstream.plan import Applied, Census, RunningJob

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from millstream.apply.target import Engines
    from millstream.engines.control import AppliedJob
    from millstream.engines.flink import Checkpoints, Flink, JobStatus
    from millstream.project.model import Project

AT_ONCE = 8


def census(
    project: Project, target: str, engines: Engines, known: Sequence[JobStatus], applied: Sequence[AppliedJob]
) -> Census:
    """Ask Flink what each job that runs was submitted as.

    One request a running job, several at once; one more for each that ran and failed, or that no apply submitted.

    Args:
        project: whose jobs are meant.
        target: where.
        engines: of that target.
        known: the jobs of Flink, listed before `applied` was read: a job is on record before it is submitted.
        applied: the newest attempt of each of the project's jobs.
    """
    own = {job.job_id for job in applied}
    strangers = [job.id for job in known if job.id not in own and not job.ended]
    elsewhere = engines.control.jobs.elsewhere(strangers, project.name, target) if strangers else frozenset()
    asked = [job for job in known if job.id in own or (job.id in strangers and job.id not in elsewhere)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = tuple(pool.map(partial(_look, engines.flink, own), asked))
    return Census(project.name, project.namespace, tuple(map(_applied, applied)), running)


def _look(flink: Flink, own: set[str], job: JobStatus) -> RunningJob:
    parameters: Mapping[str, str] = {} if job.ended else flink.parameters(job.id)
    found = None if job.id in own or job.ended else flink.checkpoints(job.id)
    return RunningJob(
        job.id,
        job.name,
        job.state.lower(),
        not job.ended,
        parameters,
        job.tasks,
        restored=_restored(job.id, found),
        failure=flink.failure(job.id) if job.state == "FAILED" else "",
    )


def _restored(job_id: str, found: Checkpoints | None) -> str:
    """What somebody had it start from: a job that goes on from a checkpoint of its own was restored by nobody."""
    restored = (found and found.restored) or ""
    return "" if f"/{job_id}/" in restored else restored


def _applied(job: AppliedJob) -> Applied:
    return Applied(
        job.resource,
        job.engine_name,
        job.job_id,
        job.fingerprint,
        note=job.note or "",
        is_confirmed=job.confirmed_at is not None,
        is_suspended=job.desired is Desired.SUSPENDED,
        tasks=job.tasks,
    )
