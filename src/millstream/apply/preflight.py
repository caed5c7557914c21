"""Ask Flink's own planner about the jobs of a plan before anything is changed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from millstream.diagnostics import Diagnostic, SourceRange, error
from millstream.errors import ProjectError
from millstream.flinkplan.bundle import secret_values
from millstream.flinkplan.model import AT_ONCE, JobSource, Statement
from millstream.plan.state import CompiledPlan
from millstream.project.model import FlinkTable, FlinkView, Job

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from millstream.flinkplan.client import Planner
    from millstream.flinkplan.model import Refusal
    from millstream.project.model import Project, Resource, ResourceId

CODE = "FLK100"


def compiled(
    project: Project, jobs: Iterable[Job], planner: Planner, variables: Mapping[str, str]
) -> Mapping[ResourceId, CompiledPlan]:
    """Compile every job, and refuse the lot when the planner refuses one.

    Raises:
        ProjectError: with one diagnostic for each refusal, placed in the user's file.
    """
    asked = list(jobs)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        replies = list(pool.map(lambda job: planner.compile(source(project, job, variables)), asked))
    found: list[Diagnostic] = []
    for job, reply in zip(asked, replies, strict=True):
        for refusal in reply.refusals:
            diagnostic = _diagnostic(project, job, refusal)
            # A table that the planner refuses is refused again with every job that reaches it.
            if diagnostic not in found:
                found.append(diagnostic)
    if found:
        raise ProjectError(f"Flink's planner refuses {len(found)} statement(s); nothing was changed", found)
    return {job.id: CompiledPlan.parse(reply.plan) for job, reply in zip(asked, replies, strict=True)}


def source(project: Project, job: Job, variables: Mapping[str, str]) -> JobSource:
    """What the planner needs to plan a job."""
    return JobSource(
        tables=tuple(Statement(str(r.id), r.statement) for r in reached(project, job)),
        job=Statement(str(job.id), job.statement),
        settings=job.settings,
        secrets=secret_values(variables),
    )


def reached(project: Project, job: Job) -> Sequence[FlinkTable | FlinkView]:
    """The tables and views a job reaches, in an order in which they can be created."""
    declared: dict[str, FlinkTable | FlinkView] = {table.id.name: table for table in project.of(FlinkTable)}
    declared |= {view.id.name: view for view in project.of(FlinkView)}
    return [declared[name] for name in job.requires]


def _diagnostic(project: Project, job: Job, refusal: Refusal) -> Diagnostic:
    resource = next((r for r in project.resources if str(r.id) == refusal.resource), job)
    return error(CODE, refusal.message, _place(resource, refusal))


def _place(resource: Resource, refusal: Refusal) -> SourceRange | None:
    if resource.source is None or refusal.line is None or refusal.column is None:
        return resource.where or SourceRange(resource.path)
    return resource.source.locate(refusal.line, refusal.column)
