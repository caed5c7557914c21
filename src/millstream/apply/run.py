"""Walk a plan."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from millstream.apply import connectors, http_sources, preflight, superset
from millstream.apply.jobs import Submission
from millstream.apply.observe import Observed, observe
from millstream.apply.target import ApplyTarget, Engines
from millstream.errors import ApprovalRequired
from millstream.flinkplan.client import Planner
from millstream.flinkplan.model import AT_ONCE
from millstream.plan import Action, Change, Plan, build
from millstream.project.model import FlinkTable, FlinkView, Job, Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from millstream.engines.control import Lock
    from millstream.graph import Graph
    from millstream.project.model import Project, Resource, ResourceId

# The resume process holds the lock while it gives Flink its jobs back, right after an `up`: seconds for each job.
LOCK_SECONDS = 300


def run(project: Project, graph: Graph, target: ApplyTarget, on_step: Callable[[str, str], None]) -> Plan:
    """Apply a project that has no errors.

    Args:
        project: what is declared.
        graph: its edges; gives the order.
        target: where to.
        on_step: called with a resource and what is being done to it.

    Returns:
        The plan that was carried out.

    Raises:
        ApprovalRequired: something that runs differs from its file in a way that loses state or data.
        ProjectError: Flink's planner refuses a job; nothing was changed.
        EngineError: an engine is unreachable or refused; applying again goes on from there.
    """
    with closing(Engines(target.addresses)) as engines:
        engines.control.migrate()
        with engines.control.lock("apply", LOCK_SECONDS, lambda held: on_step(str(held.holder), "wait for")) as lock:
            observed = observe(project, engines, target)
            plan = _plan(project, graph, observed)
            _refuse(plan)
            if plan.changes:
                _Walk(project, target, engines, observed, lock, on_step).walk(plan)
            return plan


def _plan(project: Project, graph: Graph, observed: Observed) -> Plan:
    session_only = {r.id for r in project.resources if isinstance(r, FlinkTable | FlinkView)}
    order = [resource for resource in graph.order() if resource not in session_only]
    return build(order, observed.objects, observed.fingerprints, observed.jobs, observed.undeclared)


def _refuse(plan: Plan) -> None:
    if not plan.refused:
        return
    lines = [f"{change.resource}: {'; '.join(change.reasons)}" for change in plan.refused]
    raise ApprovalRequired(
        "nothing was changed, since these would lose state or data:\n  " + "\n  ".join(lines),
        mend="take the edit back; or, where losing it is meant, drop the object by hand and apply again",
    )


@dataclass(frozen=True)
class _Walk:
    """One apply under way."""

    project: Project
    target: ApplyTarget
    engines: Engines
    observed: Observed
    lock: Lock
    on_step: Callable[[str, str], None]

    def walk(self, plan: Plan) -> None:
        jobs = {job.id: job for job in self.project.of(Job)}
        shown = [change for change in plan.changes if change.resource.kind in superset.KINDS]
        objects = [change for change in plan.changes if change.resource not in jobs and change not in shown]
        submitted = [change for change in plan.changes if change.resource in jobs]
        apply_id = uuid.uuid4().hex
        connectors.check(connectors.declared(self.project, objects), self.engines.connect)
        if submitted:
            self._apply_jobs(apply_id, objects, submitted, jobs)
        else:
            self._create_all(apply_id, objects)
        # At the end: a source that is away keeps no job from starting.
        for connector in connectors.declared(self.project, objects):
            self.on_step(str(connector.id), f"see it {connector.state}")
            self.engines.connect.settle(connector)
        superset.Showing(self.project, self.target.name, self.engines, self.lock, apply_id, self.on_step).carry_out(
            shown
        )

    def _apply_jobs(
        self, apply_id: str, objects: list[Change], submitted: list[Change], jobs: dict[ResourceId, Job]
    ) -> None:
        with Planner(self.target.flink_home, self.target.java_home) as planner:
            changed = [jobs[change.resource] for change in submitted]
            self.on_step(f"{len(changed)} job(s)", "check with Flink's planner")
            preflight.check(self.project, changed, planner, self.target.variables)
            self._create_all(apply_id, objects)
            submission = Submission(self.project, self.target, self.engines, planner)
            self._submit_all(apply_id, submission, submitted, jobs, first_step=len(objects))

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
                if change.action is Action.REPLACE:
                    submission.stop(job)
                fingerprint = self.observed.fingerprints[job.id]
                return job, submission.start(job, fingerprint, from_state=change.action is Action.RESUME)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            pending = [pool.submit(submit, step, change) for step, change in enumerate(changes, start=first_step)]
        for job, job_id in [done.result() for done in pending]:
            self.on_step(str(job.id), "wait for its first checkpoint")
            submission.await_running(job, job_id)
