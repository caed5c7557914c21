"""What `down` does to jobs before it stops Flink: each is stopped with a savepoint.

`up` only has to start the resume process.

Stop the resume process first: it takes a suspended job that is not running for one to be woken.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from millstream.engines.control import Desired
from millstream.engines.flink import location
from millstream.errors import EngineError

if TYPE_CHECKING:
    from pathlib import Path

    from millstream.engines.control import AppliedJob, Control
    from millstream.engines.flink import Flink

_AT_ONCE = 8


@dataclass(frozen=True)
class Suspension:
    """How stopping one job went; without a savepoint, and `trouble` says why, its newest checkpoint serves."""

    resource: str
    savepoint: str | None
    trouble: str | None = None


def suspend(control: Control, flink: Flink, checkpoint_dir: Path, timeout: float = 60.0) -> tuple[Suspension, ...]:
    """Stop every applied job that runs, each with a savepoint, all at the same time.

    That a job is to be suspended is written down before it is stopped, and its savepoint is later found on disk. So
    this can be killed anywhere, and the next `up` continues exactly.

    Args:
        control: the control database.
        flink: the JobManager.
        checkpoint_dir: holds one folder a job id; savepoints go beside the job's checkpoints.
        timeout: seconds to wait for each savepoint.

    Raises:
        LockHeldError: an apply is at work.
        EngineError: the control database or the JobManager is away.
    """
    with control.lock("down"):
        alive = {status.id for status in flink.jobs() if not status.ended}
        jobs = [job for job in control.jobs.current() if job.job_id in alive and job.note is None]
        for job in jobs:
            control.jobs.desire(job.job_id, Desired.SUSPENDED)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            outcomes = pool.map(lambda job: _stop(flink, job, checkpoint_dir, timeout), jobs)
            return tuple(_record(control, job, outcome) for job, outcome in zip(jobs, outcomes, strict=True))


def _stop(flink: Flink, job: AppliedJob, checkpoint_dir: Path, timeout: float) -> Suspension:
    try:
        savepoint = flink.stop_with_savepoint(job.job_id, location(checkpoint_dir / job.job_id), timeout)
    except EngineError as exc:
        return Suspension(job.resource, None, exc.summary)
    return Suspension(job.resource, savepoint)


def _record(control: Control, job: AppliedJob, outcome: Suspension) -> Suspension:
    if outcome.savepoint:
        control.jobs.suspended(job.job_id, outcome.savepoint)
    return outcome
