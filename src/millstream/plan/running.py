"""The jobs that Flink has, beside those that were applied: drift, and jobs that no file declares."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from millstream.plan.model import Drift, Undeclared
from millstream.project.model import Kind, ResourceId

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FORGOTTEN = "unknown to the JobManager"
# The note of a job that an apply has stopped because its file was gone.
DELETED = "deleted"
_GONE = "its file is gone"
_STRANGE = "nobody submitted it through millstream"
_ENDED = {
    "canceled": "was cancelled, and by no apply",
    "finished": "has finished: it was stopped with a savepoint, or its sources have ended",
    FORGOTTEN: "runs no longer: the JobManager does not know it",
}


@dataclass(frozen=True)
class RunningJob:
    """A job as Flink has it.

    Args:
        id: its id.
        name: its name.
        state: Flink's word, lower case.
        is_alive: whether it runs, or is on its way to.
        parameters: its global parameters, `millstream.*` among them, as far as they were asked for.
        tasks: its parallel tasks, 0 when nobody knows.
        restored: the checkpoint or savepoint that it started from, as far as that was asked for.
        failure: why it failed last.
    """

    id: str
    name: str
    state: str
    is_alive: bool
    parameters: Mapping[str, str] = field(default_factory=dict)
    tasks: int = 0
    restored: str = ""
    failure: str = ""

    @property
    def resource(self) -> str:
        """The resource it was submitted as, empty when it was not submitted by millstream."""
        return self.parameters.get("millstream.resource", "")


@dataclass(frozen=True)
class Applied:
    """The newest attempt of a job as the control database has it.

    Args:
        resource: for example `job.parse_orders`, namespace included.
        name: what Flink calls it.
        job_id: the attempt's id.
        fingerprint: of what was applied.
        note: how it ended without us, or that its start failed.
        is_confirmed: whether it was ever seen running.
        is_suspended: whether `down` stopped it for the next `up`.
        tasks: its parallel tasks when it was seen running, 0 when nobody looked.
    """

    resource: str
    name: str
    job_id: str
    fingerprint: str
    note: str = ""
    is_confirmed: bool = True
    is_suspended: bool = False
    tasks: int = 0


@dataclass(frozen=True)
class Census:
    """All jobs of one project on one target.

    Args:
        project: the project's name.
        namespace: its namespace on this target.
        applied: the newest attempt of each of its jobs.
        running: every job that Flink has, less those that are known to be another project's or target's.
    """

    project: str
    namespace: str
    applied: Sequence[Applied]
    running: Sequence[RunningJob]

    def drift(self, declared: Sequence[ResourceId]) -> tuple[Drift, ...]:
        """What happened to declared jobs without an apply."""
        applied = {job.resource: job for job in self.applied}
        return tuple(found for job in declared if str(job) in applied for found in self._drift(job, applied[str(job)]))

    def _drift(self, job: ResourceId, applied: Applied) -> Iterator[Drift]:
        live = next((running for running in self.running if running.id == applied.job_id), None)
        if live and live.is_alive:
            yield from _altered(job, applied, live)
        elif applied.is_confirmed and not applied.is_suspended and applied.note != DELETED:
            yield _ended(job, applied, live)
        for other in self._others():
            if other.resource == applied.resource:
                kind = "restored" if other.restored else "resubmitted"
                start = f" from {other.restored}" if other.restored else ""
                words = (
                    f"runs as {other.id}{start}, not the job of the last apply: cancel it, or both write the results"
                )
                yield Drift(job, kind, (words,))

    def rescaled(self) -> Iterator[tuple[str, RunningJob]]:
        """The jobs that run with other parallel tasks than they were applied with, by resource."""
        applied = {job.job_id: job for job in self.applied}
        for live in self.running:
            if live.is_alive and live.id in applied and _is_rescaled(applied[live.id], live):
                yield applied[live.id].resource, live

    def undeclared(self, declared: Sequence[ResourceId]) -> tuple[Undeclared, ...]:
        """What runs, or would run again, and is declared no longer or never was."""
        names = {str(job) for job in declared}
        found = [*self._without_file(names), *self._unknown(names)]
        return tuple(sorted(found, key=lambda job: (job.name, job.job_id)))

    def _without_file(self, names: set[str]) -> Iterator[Undeclared]:
        """Jobs on record: one that does not run now is given back to Flink by the next `up`, unless it is noted."""
        running = {job.id: job for job in self.running}
        for applied in self.applied:
            live = running.get(applied.job_id)
            if applied.resource not in names and ((live and live.is_alive) or not applied.note):
                state = live.state if live else FORGOTTEN
                yield Undeclared(applied.name, applied.job_id, state, _GONE, self._identity(applied.resource))

    def _unknown(self, names: set[str]) -> Iterator[Undeclared]:
        for job in self._others():
            if not job.parameters.get("millstream.project"):
                yield Undeclared(job.name, job.id, job.state, _STRANGE)
            elif self._is_ours(job) and job.resource not in names:
                reason = f"{_GONE}, and the control database does not know it"
                yield Undeclared(job.name, job.id, job.state, reason, self._identity(job.resource))

    def _others(self) -> Iterator[RunningJob]:
        """Jobs that run and are nobody's newest attempt."""
        known = {job.job_id for job in self.applied}
        for job in self.running:
            ours_or_nobodys = self._is_ours(job) or not job.parameters.get("millstream.project")
            # What is being cancelled may be what an apply has just replaced.
            if job.is_alive and job.state != "cancelling" and job.id not in known and ours_or_nobodys:
                yield job

    def _is_ours(self, job: RunningJob) -> bool:
        prefix = f"{Kind.JOB}.{self.namespace}"
        return job.parameters.get("millstream.project") == self.project and job.resource.startswith(prefix)

    def _identity(self, resource: str) -> ResourceId:
        name = resource.partition(".")[2]
        return ResourceId(Kind.JOB, name.removeprefix(self.namespace), self.namespace)


def _altered(job: ResourceId, applied: Applied, live: RunningJob) -> Iterator[Drift]:
    shown = live.parameters.get("millstream.fingerprint", applied.fingerprint)
    if shown != applied.fingerprint:
        words = f"runs with fingerprint {shown}, applied was {applied.fingerprint}"
        yield Drift(job, "fingerprint", (words,))
    if _is_rescaled(applied, live):
        yield Drift(
            job, "parallelism", (f"was rescaled: has {live.tasks} parallel tasks, applied were {applied.tasks}",)
        )


def _is_rescaled(applied: Applied, live: RunningJob) -> bool:
    return bool(applied.tasks and live.tasks) and applied.tasks != live.tasks


def _ended(job: ResourceId, applied: Applied, live: RunningJob | None) -> Drift:
    state = live.state if live else applied.note or FORGOTTEN
    if state == "failed":
        return Drift(job, state, (f"has failed: {live.failure}" if live and live.failure else "has failed",))
    kind = "forgotten" if state == FORGOTTEN else state if state in _ENDED else "ended"
    return Drift(job, kind, (_ENDED.get(state, f"runs no longer: {state}"),))
