"""What the changes of this apply do to the state of the jobs that run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.compiled import CompiledPlan
from millstream.flinkplan.bundle import Bundle
from millstream.flinkplan.jobs import reached
from millstream.plan.state import Side, StateVerdict, judge_change, unjudged
from millstream.project.model import FlinkTable, Job

if TYPE_CHECKING:
    from collections.abc import Mapping

    from millstream.apply.target import ApplyTarget, Engines
    from millstream.project.model import Project, ResourceId


def verdicts(
    project: Project, plans: Mapping[ResourceId, CompiledPlan], target: ApplyTarget, engines: Engines
) -> Mapping[ResourceId, StateVerdict]:
    """Compare the plans of changed jobs with those that were applied.

    Args:
        project: what is declared.
        plans: compiled from it, by job.
        target: where the jobs run.
        engines: its control database holds the applied plans.

    Returns:
        A verdict for each job that was ever applied.
    """
    if not plans:
        return {}
    applied = {job.resource: job for job in engines.control.jobs.current(project.name, target.name)}
    jobs = {job.id: job for job in project.of(Job)}
    return {
        resource: _judge(project, jobs[resource], plan, Bundle.from_json(applied[str(resource)].bundle))
        for resource, plan in plans.items()
        if str(resource) in applied
    }


def _judge(project: Project, job: Job, plan: CompiledPlan, running: Bundle) -> StateVerdict:
    if not running.plan:
        return unjudged(plan, "it runs without a stored plan, so nobody can tell what its state means")
    after = {table.id.name: table.template for table in reached(project, job) if isinstance(table, FlinkTable)}
    return judge_change(
        Side(CompiledPlan.parse(running.plan), running.job.text, running.creates, dict(running.settings)),
        Side(plan, job.template, after, dict(job.settings)),
    )
