"""What runs, what would be changed, and what that takes."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from millstream.apply import preflight
from millstream.apply.observe import Observed, observe
from millstream.apply.providers import Jobs, Providers, dbt
from millstream.apply.replay import with_replay
from millstream.apply.verdicts import verdicts
from millstream.plan import NO_APPROVALS, Approvals, Plan, build, choose, with_undeclared
from millstream.project.model import Job, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from millstream.apply.target import ApplyTarget, Engines
    from millstream.compiled import CompiledPlan
    from millstream.flinkplan.client import Planner
    from millstream.graph import Graph
    from millstream.project.model import Project, ResourceId
    from millstream.selection import Selection

OnStep: TypeAlias = "Callable[[str, str], None]"


@dataclass(frozen=True)
class Found:
    """What a look gives.

    Args:
        observed: what runs.
        chosen: what was selected.
        plan: what would be changed.
        plans: compiled, of the jobs that are to be submitted.
        planner: the one that compiled them, none when no job is to be submitted.
        providers: whom it asked.
    """

    observed: Observed
    chosen: frozenset[ResourceId]
    plan: Plan
    plans: Mapping[ResourceId, CompiledPlan]
    planner: Planner | None
    providers: Providers


@contextmanager
def look(  # noqa: PLR0913 - what a look is about
    project: Project,
    graph: Graph,
    target: ApplyTarget,
    engines: Engines,
    on_step: OnStep,
    *,
    selection: Selection,
    approved: Approvals = NO_APPROVALS,
) -> Iterator[Found]:
    """Observe, select, compile what is to be submitted, and plan; the planner ends with the block.

    Raises:
        UsageError: something is selected that there is not.
        ProjectError: Flink's planner refuses a job.
        EngineError: an engine is unreachable or refused.
    """
    models = dbt.relations(project)
    providers = Providers.of(project, target, engines, models)
    observed = observe(project, engines, target, providers, models)
    held = _held(graph, providers)
    # What changes is known before the planner is asked, only not what that does to state.
    modified = frozenset(change.resource for change in _plan(held, observed, approved).changes)
    chosen = selection.resolve(project, graph, modified)
    if selection.is_everything:
        # What dbt makes is nothing that an apply changes, but its drift is told.
        chosen |= {found for found in observed.objects if found.kind is Kind.DBT_MODEL}
    jobs = [job for job in project.of(Job) if job.id in chosen & modified]
    # Engines that hold nothing but connectors and tables are changed without a JVM.
    with target.planner if jobs else nullcontext() as planner:
        plans = _compiled(project, jobs, planner, target, on_step)
        observed = observed.judged(verdicts(project, plans, target, engines))
        made = choose(_plan(held, observed, approved), chosen, graph, frozenset(held))
        if not selection.is_everything:
            # Who asks for a part of the project does not ask for what is none of it.
            made = replace(made, undeclared=())
        yield Found(observed, chosen, with_replay(made, project, plans, engines.kafka), plans, planner, providers)


def _held(graph: Graph, providers: Providers) -> list[ResourceId]:
    """What engines hold, upstream first; Flink's tables and views live in the sessions of jobs."""
    kinds = Jobs.kinds.union(*(provider.kinds for provider in providers.all))
    return [resource for resource in graph.order() if resource.kind in kinds]


def _plan(held: list[ResourceId], observed: Observed, approved: Approvals) -> Plan:
    made = build(held, observed.objects, observed.fingerprints, observed.jobs, observed.undeclared)
    return with_undeclared(replace(made, drift=observed.drift), observed.undeclared_jobs, approved)


def _compiled(
    project: Project, jobs: list[Job], planner: Planner | None, target: ApplyTarget, on_step: OnStep
) -> Mapping[ResourceId, CompiledPlan]:
    if planner is None:
        return {}
    on_step(f"{len(jobs)} job(s)", "compile with Flink's planner")
    return preflight.compiled(project, jobs, planner, target.variables)
