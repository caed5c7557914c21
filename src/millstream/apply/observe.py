"""See what the engines have of a project."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from millstream.apply import connectors, http_sources
from millstream.engines.flink import has_restore_point
from millstream.plan import JobState
from millstream.project.fingerprint import Fingerprint, fingerprint
from millstream.project.model import Connector, Job, Relation, Topic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from millstream.apply.target import ApplyTarget, Engines
    from millstream.observation import Observation
    from millstream.plan.state import StateVerdict
    from millstream.project.model import Project, ResourceId

FORGOTTEN = "unknown to the JobManager"


@dataclass(frozen=True)
class Observed:
    """Everything a plan is built of."""

    objects: Mapping[ResourceId, Observation]
    fingerprints: Mapping[ResourceId, Fingerprint]
    jobs: Mapping[ResourceId, JobState]
    undeclared: tuple[ResourceId, ...] = ()

    def judged(self, verdicts: Mapping[ResourceId, StateVerdict]) -> Observed:
        """The same with what changed SQL does to the state of jobs."""
        jobs = {job: replace(state, verdict=verdicts.get(job)) for job, state in self.jobs.items()}
        return replace(self, jobs=jobs)


def observe(project: Project, engines: Engines, target: ApplyTarget) -> Observed:
    """Ask every engine at once, as far as the project has something there.

    Raises:
        EngineError: one of them is unreachable.
    """
    relations = project.of(Relation)
    with ThreadPoolExecutor() as pool:
        topics = pool.submit(engines.kafka.observe, project.of(Topic))
        tables = pool.submit(engines.postgres.observe, [r for r in relations if r.id.kind.startswith("postgres")])
        views = pool.submit(engines.clickhouse.observe, [r for r in relations if r.id.kind.startswith("clickhouse")])
        connected = pool.submit(engines.connect.observe, project.of(Connector))
        jobs = pool.submit(_jobs, project, engines, target)
    objects = {**topics.result(), **tables.result(), **views.result(), **connected.result()}
    states = jobs.result()
    # One connection to the control database, so one question after the other.
    objects |= http_sources.observe(project, target.name, engines.control)
    undeclared = (
        *connectors.undeclared(project, target.name, engines),
        *http_sources.undeclared(project, target.name, engines.control),
    )
    return Observed(objects, _fingerprints(project, target), states, undeclared)


def _fingerprints(project: Project, target: ApplyTarget) -> Mapping[ResourceId, Fingerprint]:
    return {
        job.id: fingerprint(
            job,
            project,
            variables=target.variables,
            stable=target.stable,
            key=target.key,
            versions=target.versions,
        )
        for job in project.of(Job)
    }


def _jobs(project: Project, engines: Engines, target: ApplyTarget) -> Mapping[ResourceId, JobState]:
    engines.control.migrate()
    known = {job.id: job for job in engines.flink.jobs()} if project.of(Job) else {}
    applied = {job.resource: job for job in engines.control.jobs.current(project.name, target.name)}
    states: dict[ResourceId, JobState] = {}
    for job in project.of(Job):
        if (last := applied.get(str(job.id))) is None:
            continue
        live = known.get(last.job_id)
        attempts = engines.control.jobs.attempts(project.name, target.name, str(job.id))
        states[job.id] = JobState(
            digest=last.fingerprint,
            parts=last.parts,
            state=live.state.lower() if live else FORGOTTEN,
            is_alive=live is not None and not live.ended,
            has_state=any(has_restore_point(target.checkpoints, attempt.job_id) for attempt in attempts),
        )
    return states
