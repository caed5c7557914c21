"""Walk a plan."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from millstream.apply import connectors, http_sources, preflight
from millstream.apply.jobs import Submission
from millstream.apply.observe import Observed, observe
from millstream.apply.target import ApplyTarget, Engines
from millstream.apply.verdicts import verdicts
from millstream.errors import ApprovalRequired
from millstream.flinkplan.client import Planner
from millstream.flinkplan.model import AT_ONCE
from millstream.plan import NO_APPROVALS, Action, Approvals, Change, Effect, Plan, approval, build
from millstream.project.model import FlinkTable, FlinkView, Job, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from millstream.compiled import CompiledPlan
    from millstream.engines.control import Lock
    from millstream.graph import Graph
    from millstream.project.model import Project, Resource, ResourceId

OnStep: TypeAlias = "Callable[[str, str], None]"
# The resume process holds the lock while it gives Flink its jobs back, right after an `up`: seconds for each job.
LOCK_SECONDS = 300


def plan(project: Project, graph: Graph, target: ApplyTarget, on_step: OnStep) -> Plan:
    """Tell what `run` would do now; changes nothing and waits for nobody.

    Raises:
        ProjectError: Flink's planner refuses a job.
        EngineError: an engine is unreachable or refused.
    """
    with closing(Engines(target.addresses)) as engines, _look(project, graph, target, engines, on_step) as found:
        return found.plan


def run(
    project: Project, graph: Graph, target: ApplyTarget, on_step: OnStep, approved: Approvals = NO_APPROVALS
) -> Plan:
    """Apply a project that has no errors.

    Args:
        project: what is declared.
        graph: its edges; gives the order.
        target: where to.
        on_step: called with a resource and what is being done to it.
        approved: what may lose state.

    Returns:
        The plan that was carried out.

    Raises:
        ApprovalRequired: something that runs differs from its file in a way that loses state or data.
        ProjectError: Flink's planner refuses a job; nothing was changed.
        EngineError: an engine is unreachable or refused; applying again goes on from there.
    """
    with closing(Engines(target.addresses)) as engines:
        engines.control.migrate()
        with (
            engines.control.lock("apply", LOCK_SECONDS, lambda held: on_step(held.who, "wait for")) as lock,
            _look(project, graph, target, engines, on_step) as found,
        ):
            _refuse(found.plan, approved)
            if found.plan.changes:
                _Walk(project, target, engines, found, lock, on_step).walk(found.plan)
            return found.plan


@dataclass(frozen=True)
class _Found:
    """What runs, what would be changed, and what that takes."""

    observed: Observed
    plan: Plan
    plans: Mapping[ResourceId, CompiledPlan]
    planner: Planner | None


@contextmanager
def _look(project: Project, graph: Graph, target: ApplyTarget, engines: Engines, on_step: OnStep) -> Iterator[_Found]:
    observed = observe(project, engines, target)
    changed = _changed(project, observed)
    # Engines that hold nothing but connectors and tables are changed without a JVM.
    with Planner(target.flink_home, target.java_home) if changed else nullcontext() as planner:
        plans = _compiled(project, changed, planner, target, on_step)
        observed = observed.judged(verdicts(project, plans, target, engines))
        yield _Found(observed, _plan(project, graph, observed), plans, planner)


def _changed(project: Project, observed: Observed) -> list[Job]:
    """Jobs whose submission needs a planner: those that are new, changed, or do not run."""
    found = []
    for job in project.of(Job):
        state = observed.jobs.get(job.id)
        if state is None or state.digest != observed.fingerprints[job.id].digest or not state.is_alive:
            found.append(job)
    return found


def _compiled(
    project: Project,
    jobs: list[Job],
    planner: Planner | None,
    target: ApplyTarget,
    on_step: OnStep,
) -> Mapping[ResourceId, CompiledPlan]:
    if planner is None:
        return {}
    on_step(f"{len(jobs)} job(s)", "compile with Flink's planner")
    return preflight.compiled(project, jobs, planner, target.variables)


def _plan(project: Project, graph: Graph, observed: Observed) -> Plan:
    session_only = {r.id for r in project.resources if isinstance(r, FlinkTable | FlinkView)}
    order = [resource for resource in graph.order() if resource not in session_only]
    return build(order, observed.objects, observed.fingerprints, observed.jobs, observed.undeclared)


def _refuse(plan: Plan, approved: Approvals) -> None:
    refused = [change for change in plan.refused if not approved.allow(change)]
    if not refused:
        return
    lines = [f"{change.resource}: {'; '.join(change.reasons)}" for change in refused]
    words = " ".join(f"--allow {approval(change)}" for change in refused if change.effect is Effect.REBUILD)
    mend = "take the edit back; or, where losing it is meant, "
    raise ApprovalRequired(
        "nothing was changed, since these would lose state or data:\n  " + "\n  ".join(lines),
        mend + (f"say so: {words}" if words else "drop the object by hand and apply again"),
    )


@dataclass(frozen=True)
class _Walk:
    """One apply under way."""

    project: Project
    target: ApplyTarget
    engines: Engines
    found: _Found
    lock: Lock
    on_step: OnStep

    def walk(self, plan: Plan) -> None:
        jobs = {job.id: job for job in self.project.of(Job)}
        objects = [change for change in plan.changes if change.resource not in jobs]
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

    def _create_all(self, apply_id: str, changes: list[Change]) -> None:
        resources = {resource.id: resource for resource in self.project.resources}
        for step, change in enumerate(changes):
            self.lock.recheck()
            self.on_step(str(change.resource), change.action)
            with self.engines.control.journal.step(apply_id, step, str(change.resource), change.action):
                self._change(change, resources.get(change.resource))

    def _change(self, change: Change, resource: Resource | None) -> None:
        if change.resource.kind is Kind.CONNECTOR:
            declared = connectors.declared(self.project, (change,))
            connectors.carry_out(change, declared, self.project, self.target.name, self.engines)
        elif change.resource.kind is Kind.HTTP_SOURCE:
            http_sources.carry_out(change, self.project, self.target.name, self.engines.control)
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
