"""Walk a plan."""

from __future__ import annotations

import uuid
from contextlib import closing
from typing import TYPE_CHECKING

from millstream.apply import records
from millstream.apply.look import Found, look
from millstream.apply.providers import Jobs, Steps
from millstream.apply.target import ApplyTarget, Engines
from millstream.errors import ApprovalRequired, UsageError
from millstream.plan import NO_APPROVALS, Action, Approvals, Change, Effect, Plan, also, approval
from millstream.selection import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from millstream.apply.look import OnStep
    from millstream.apply.providers import Provider
    from millstream.graph import Graph
    from millstream.project.model import Project
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
                seen = found.observed
                jobs = Jobs(project, target, engines, found.planner, found.plans, seen.fingerprints, seen.jobs)
                steps = Steps(uuid.uuid4().hex, lock, engines.control.journal, on_step)
                # What shows results comes behind those who make them.
                parts = (*found.providers.upstream, jobs, *found.providers.downstream)
                walk(parts, found.plan.changes, steps)
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
    """Leave on record what was applied and how it is now; engines that were changed are looked at again."""
    made = {change.resource for change in found.plan.changes if change.action is not Action.DELETE}
    again = [provider.observe() for provider in found.providers.all if provider.kinds & {one.kind for one in made}]
    seen = {**found.observed.objects, **{one: how for part in again for one, how in part.items() if one in made}}
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


def walk(parts: Sequence[Provider], changes: Sequence[Change], steps: Steps) -> None:
    """Have every engine judge its part of the plan, then make it, and at the end see it at work."""
    shares = [(part, [change for change in changes if change.resource.kind in part.kinds]) for part in parts]
    for part, share in shares:
        part.check(share)
    for part, share in shares:
        part.carry_out(share, steps)
    for part, share in shares:
        part.settle(share, steps.tell)
