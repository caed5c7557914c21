"""The jobs of a plan that run and are changed: as they were applied, and as they are declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from millstream.flinkplan import Bundle, Template
from millstream.flinkplan.jobs import reached
from millstream.plan import Action
from millstream.project.model import Job, Kind
from millstream.rehearse.model import JobChange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from millstream.engines.control import AppliedJob
    from millstream.plan import Plan
    from millstream.project.model import Project


def changes(project: Project, plan: Plan, applied: Sequence[AppliedJob]) -> tuple[JobChange, ...]:
    """Tell what there is to rehearse.

    Args:
        project: as it is declared.
        plan: what apply would do.
        applied: the newest attempt of each of the project's jobs.
    """
    before = {job.resource: Bundle.from_json(job.bundle) for job in applied}
    jobs = {job.id: job for job in project.of(Job)}
    return tuple(
        JobChange(str(change.resource), before[str(change.resource)], _wanted(project, jobs[change.resource]))
        for change in plan.changes
        if change.resource.kind is Kind.JOB and change.action is Action.REPLACE and str(change.resource) in before
    )


def _wanted(project: Project, job: Job) -> Bundle:
    return Bundle(
        tuple(Template(str(table.id), table.template) for table in reached(project, job)),
        Template(str(job.id), job.template),
        job.id.engine_name,
        job.settings,
        namespace=project.namespace,
    )
