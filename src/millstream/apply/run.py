"""Walk a plan."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from millstream.apply import connectors, http_sources, records, superset, undeclared
from millstream.apply.jobs import Submission
from millstream.apply.look import Found, look
from millstream.apply.observe import look_at
from millstream.apply.target import ApplyTarget, Engines
from millstream.errors import ApprovalRequired, UsageError
from millstream.flinkplan.model import AT_ONCE
from millstream.observation import Observation
from millstream.plan import NO_APPROVALS, Action, Approvals, Change, Effect, Plan, also, approval
from millstream.project.model import Job, Kind, Relation
from millstream.selection import EVERYTHING

if TYPE_CHECKING:
    from millstream.apply.look import OnStep
    from millstream.engines.control import Lock
    from millstream.graph import Graph
    from millstream.project.model import Project, Resource, ResourceId
    from millstream.selection import Selection

# The resume process holds the lock while it gives Flink its jobs back, right after an `up`: seconds for each job.
LOCK_SECONDS = 300


def plan(
    project: Project, graph: Graph, target: ApplyTarget, on_step: OnStep, selection: Selection = EVERYTHING
) -> Plan:
    """Tell what `run` would do now; changes nothing and waits for nobody.

    Raises:
        UsageError: something is selected that there is not.
        ProjectError: Flink's planner refuses a job.
        EngineError: an engine is unreachable or refused.
    """
    with (
        closing(Engines(target.addresses)) as engines,
        look(project, graph, target, engines, on_step, selection=selection) as found,
    ):
        return found.plan


def run(  # noqa: PLR0913 - what an apply is about, and what it may do
    project: Project,
    graph: Graph,
    target: ApplyTarget,
    on_step: OnStep,
    *,
    approved: Approvals = NO_APPROVALS,
    selection: Selection = EVERYTHING,
) -> Plan:
    """Apply a project that has no errors.

    Args:
        project: what is declared.
        graph: its edges; gives the order.
        target: where to.
        on_step: called with a resource and what is being done to it.
        approved: what may lose state.
        selection: what it is about.

    Returns:
        The plan that was carried out.

    Raises:
        UsageError: something is selected that there is not, or that needs what is not selected and does not exist.
        ApprovalRequired: something that runs differs from its file in a way that loses state or data.
        ProjectError: Flink's planner refuses a job; nothing was changed.
        EngineError: an engine is unreachable or refused; applying again goes on from there.
    """
    with closing(Engines(target.addresses)) as engines:
        engines.control.migrate()
        with (
            engines.control.lock("apply", LOCK_SECONDS, lambda held: on_step(held.who, "wait for")) as lock,
            look(project, graph, target, engines, on_step, selection=selection, approved=approved) as found,
        ):
            _refuse_unmet(found.plan)
            _refuse(found.plan, approved)
            if found.plan.changes:
                _Walk(project, target, engines, found, lock, on_step).walk(found.plan)
            _remember(project, target, engines, found)
            return found.plan


def _refuse_unmet(plan: Plan) -> None:
    if plan.unmet:
        lines = [f"{unmet.resource} needs {', '.join(map(str, unmet.needs))}" for unmet in plan.unmet]
        raise UsageError(
            "nothing was changed, since what is selected needs what does not exist:\n  " + "\n  ".join(lines),
            mend=f"select that too: -s '{also(plan)}'",
        )


def _refuse(plan: Plan, approved: Approvals) -> None:
    refused = [change for change in plan.refused if not approved.allow(change)]
    if not refused:
        return
    lines = [f"{change.resource}: {'; '.join(filter(None, (*change.reasons, change.replay)))}" for change in refused]
    words = " ".join(f"--allow {approval(change)}" for change in refused if change.effect is Effect.REBUILD)
    mend = "take the edit back; or, where losing it is meant, "
    raise ApprovalRequired(
        "nothing was changed, since these would lose state or data:\n  " + "\n  ".join(lines),
        mend + (f"say so: {words}" if words else "drop the object by hand and apply again"),
    )


def _remember(project: Project, target: ApplyTarget, engines: Engines, found: Found) -> None:
    """Leave on record what was applied and how it is now; objects that were changed are looked at again."""
    changed = {change.resource for change in found.plan.changes if change.action is not Action.DELETE}
    again = look_at([resource for resource in project.resources if resource.id in changed], engines)
    shown = {resource: Observation(exists=True) for resource in changed if resource.kind in superset.KINDS}
    seen = {**found.observed.objects, **shown, **again}
    records.remember(
        project,
        target.name,
        engines.control,
        found.observed.declarations,
        {resource: observation for resource, observation in seen.items() if resource in found.chosen},
    )
    chosen = {str(resource) for resource in found.chosen}
    for rescaled, job in found.observed.census.rescaled():
        if rescaled in chosen:
            engines.control.jobs.count(job.id, job.tasks)


@dataclass(frozen=True)
class _Walk:
    """One apply under way."""

    project: Project
    target: ApplyTarget
    engines: Engines
    found: Found
    lock: Lock
    on_step: OnStep

    def walk(self, plan: Plan) -> None:
        jobs = {job.id: job for job in self.project.of(Job)}
        shown = [change for change in plan.changes if change.resource.kind in superset.KINDS]
        objects = [change for change in plan.changes if change.resource not in jobs and change not in shown]
        submitted = [change for change in plan.changes if change.resource in jobs]
        apply_id = uuid.uuid4().hex
        connectors.check(connectors.declared(self.project, objects), self.engines.connect)
        self._create_all(apply_id, objects)
        if submitted and self.found.planner:
            submission = Submission(self.project, self.target, self.engines, self.found.planner)
            self._submit_all(apply_id, submission, submitted, jobs, first_step=len(objects))
        # At the end: a source that is away keeps no job from starting.
        for connector in connectors.declared(self.project, objects):
            self.on_step(str(connector.id), f"see it {connector.state}")
            self.engines.connect.settle(connector)
        superset.Showing(self.project, self.target.name, self.engines, self.lock, apply_id, self.on_step).carry_out(
            shown
        )

    def _create_all(self, apply_id: str, changes: list[Change]) -> None:
        resources = {resource.id: resource for resource in self.project.resources}
        for step, change in enumerate(changes):
            self.lock.recheck()
            self.on_step(str(change.resource), change.action)
            with self.engines.control.journal.step(apply_id, step, str(change.resource), change.action):
                self._change(change, resources.get(change.resource))

    def _change(self, change: Change, resource: Resource | None) -> None:
        if change.resource.kind is Kind.JOB:
            checkpoints = self.target.checkpoints
            undeclared.stop(change.resource, self.project, self.target.name, self.engines, checkpoints)
            return
        if change.resource.kind is Kind.CONNECTOR:
            declared = connectors.declared(self.project, (change,))
            connectors.carry_out(change, declared, self.project, self.target.name, self.engines)
        elif change.resource.kind is Kind.HTTP_SOURCE:
            http_sources.carry_out(change, self.project, self.target.name, self.engines.control)
        elif isinstance(resource, Relation) and change.action is Action.REPLACE:
            self.engines.clickhouse.replace(resource)
        elif resource is not None:
            self.engines.of(resource).create(resource)

    def _submit_all(
        self, apply_id: str, submission: Submission, changes: list[Change], jobs: dict[ResourceId, Job], first_step: int
    ) -> None:
        """Submit several at once, for a submission mostly waits; whatever fails, the others are seen through."""

        def submit(step: int, change: Change) -> tuple[Job, str]:
            self.lock.recheck()
            self.on_step(str(change.resource), change.action)
            job = jobs[change.resource]
            with self.engines.control.journal.step(apply_id, step, str(change.resource), change.action):
                return job, self._submit(submission, change, job)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            pending = [pool.submit(submit, step, change) for step, change in enumerate(changes, start=first_step)]
        for job, job_id in [done.result() for done in pending]:
            self.on_step(str(job.id), "wait for its first checkpoint")
            submission.await_running(job, job_id)

    def _submit(self, submission: Submission, change: Change, job: Job) -> str:
        observed = self.found.observed
        fingerprint, state = observed.fingerprints[job.id], observed.jobs.get(job.id)
        if change.action is Action.RESUME:
            return submission.resume(job, fingerprint)
        if state and state.verdict and state.has_state and change.effect < Effect.REBUILD:
            return submission.replace(job, fingerprint, self.found.plans[job.id], state.verdict)
        if change.action is Action.REPLACE:
            submission.stop(job)
        return submission.create(job, fingerprint, self.found.plans[job.id])
