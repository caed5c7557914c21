"""See what the engines have of a project."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from millstream.apply import records
from millstream.apply.census import census
from millstream.engines.flink import has_restore_point
from millstream.plan import FORGOTTEN, JobState, object_drift
from millstream.project.fingerprint import Fingerprint, fingerprint
from millstream.project.model import Job

if TYPE_CHECKING:
    from collections.abc import Mapping

    from millstream.apply.providers import Providers
    from millstream.apply.target import ApplyTarget, Engines
    from millstream.observation import Observation
    from millstream.plan import Census, Drift, LastApplied, Undeclared
    from millstream.plan.state import StateVerdict
    from millstream.project.dbt_values import DbtRelation
    from millstream.project.model import Project, ResourceId


@dataclass(frozen=True)
class Observed:
    """Everything a plan is built of.

    Args:
        objects: topics, tables and views, those of dbt too, connectors, sources and dashboards as they are.
        fingerprints: of the declared jobs.
        jobs: of those that were ever applied.
        undeclared: connectors, HTTP sources and Superset's assets that are declared no longer.
        declarations: digests of the objects' declarations.
        applied: the objects as the last apply left them.
        census: all jobs.
    """

    objects: Mapping[ResourceId, Observation]
    fingerprints: Mapping[ResourceId, Fingerprint]
    jobs: Mapping[ResourceId, JobState]
    undeclared: tuple[ResourceId, ...]
    declarations: Mapping[ResourceId, str]
    applied: Mapping[ResourceId, LastApplied]
    census: Census

    @property
    def drift(self) -> tuple[Drift, ...]:
        """What was changed by hand, by resource."""
        found = (
            *object_drift(self.objects, self.declarations, self.applied),
            *self.census.drift(tuple(self.fingerprints)),
        )
        return tuple(sorted(found, key=lambda drift: (drift.resource, drift.kind)))

    @property
    def undeclared_jobs(self) -> tuple[Undeclared, ...]:
        """Jobs that no file declares."""
        return self.census.undeclared(tuple(self.fingerprints))

    def judged(self, verdicts: Mapping[ResourceId, StateVerdict]) -> Observed:
        """The same with what changed SQL does to the state of jobs."""
        jobs = {job: replace(state, verdict=verdicts.get(job)) for job, state in self.jobs.items()}
        return replace(self, jobs=jobs)


def observe(
    project: Project,
    engines: Engines,
    target: ApplyTarget,
    providers: Providers,
    models: Mapping[ResourceId, DbtRelation],
) -> Observed:
    """Ask every engine at once, as far as the project has something there.

    Raises:
        EngineError: one of them is unreachable.
    """
    engines.control.migrate()
    with ThreadPoolExecutor(1) as pool:
        counted = pool.submit(_jobs, project, engines, target)
        objects = providers.observe()
    jobs, all_jobs = counted.result()
    declared = records.declarations(project, models, target.key)
    applied = records.recall(project, models, target.name, engines.control)
    return Observed(
        {**objects, **records.edited(project, objects, declared, applied)},
        _fingerprints(project, target),
        jobs,
        providers.undeclared(),
        declared,
        applied,
        all_jobs,
    )


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


def _jobs(project: Project, engines: Engines, target: ApplyTarget) -> tuple[Mapping[ResourceId, JobState], Census]:
    current = engines.control.jobs.current(project.name, target.name)
    # A project without a job asks nothing of Flink, as long as none is left over.
    asked = bool(project.of(Job)) or not all(job.note for job in current)
    listed = engines.flink.jobs() if asked else ()
    # Read again behind the list: a job is on record before it is submitted.
    current = engines.control.jobs.current(project.name, target.name)
    known, applied = {job.id: job for job in listed}, {job.resource: job for job in current}
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
    return states, census(project, target.name, engines, listed, current)
