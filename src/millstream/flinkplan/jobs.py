"""The jobs of a project before Flink's planner: what is refused, where that stands, and what the plans break."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from millstream import rules
from millstream.compiled import NOTHING, CompiledPlan
from millstream.diagnostics import Diagnostic, Severity, SourceRange, error
from millstream.flinkplan.bundle import secret_values
from millstream.flinkplan.model import AT_ONCE, JobSource, Statement
from millstream.project.model import FlinkTable, FlinkView, Job, Kind, ResourceId
from millstream.project.requirements import base, requirements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from millstream.flinkplan.client import Planner
    from millstream.flinkplan.model import Refusal
    from millstream.graph import Graph
    from millstream.project.model import Project, Resource

CODE = "FLK100"
# After these the planner would only say the same again, or something that follows from it.
_SAID = ("SQL", "PRJ", "FLK002", "FLK003", "FLK010")


@dataclass(frozen=True)
class Look:
    """What the planner says of some jobs.

    Args:
        plans: of each job that is not refused, see `Compiled.plan`; `NOTHING` for one that cannot be written down.
        diagnostics: refusals, once where their author can mend them, and what the plans break.
    """

    plans: Mapping[ResourceId, CompiledPlan]
    diagnostics: tuple[Diagnostic, ...]


def look(project: Project, jobs: Iterable[Job], planner: Planner, variables: Mapping[str, str]) -> Look:
    """Compile jobs, several at once.

    Raises:
        EngineError: the planner ended or does not answer.
    """
    asked = list(jobs)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        replies = list(pool.map(lambda job: planner.compile(source(project, job, variables)), asked))
    answered = list(zip(asked, replies, strict=True))
    refused = [_diagnostic(project, job, refusal) for job, reply in answered for refusal in reply.refusals]
    plans = {
        job.id: CompiledPlan.parse(reply.plan) if reply.plan else NOTHING
        for job, reply in answered
        if not reply.refusals
    }
    # A table that the planner refuses is refused again with every job that reaches it.
    return Look(plans, tuple(dict.fromkeys((*refused, *rules.check_plans(project, plans)))))


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
    return [project.flink_objects[name] for name in job.requires]


def plannable(project: Project, graph: Graph, found: Iterable[Diagnostic]) -> tuple[Job, ...]:
    """What is worth planning: jobs of which nothing said so far tells that they cannot be planned.

    Views and tables that none of them reaches come along as queries of their own, so that every file is looked at.
    """
    wrong = {d.where.path for d in found if d.severity is Severity.ERROR and d.where and d.code.startswith(_SAID)}
    circles = {node for cycle in graph.cycles() for node in cycle}
    wrong |= {resource.path for resource in project.resources if resource.id in circles}
    declared = project.flink_objects

    def whole(job: Job) -> bool:
        below = [declared[name] for name in job.requires]
        named = {
            *job.reads,
            *job.writes,
            *(name for view in below if isinstance(view, FlinkView) for name in view.reads),
        }
        named |= {base(table) for table in below if isinstance(table, FlinkTable)} - {""}
        return named <= declared.keys() and not wrong & {job.path, *(resource.path for resource in below)}

    asked = [job for job in project.of(Job) if whole(job)]
    return (*asked, *filter(whole, _unreached(project, {name for job in asked for name in job.requires})))


def _unreached(project: Project, reached_by_jobs: set[str]) -> Iterator[Job]:
    tables = {table.id.name: table for table in project.of(FlinkTable)}
    views = {view.id.name: view for view in project.of(FlinkView)}
    for name in sorted(views.keys() - reached_by_jobs):
        quoted = name.replace("`", "``")
        yield _query(views[name], f"SELECT * FROM `{quoted}`", tables, views)  # noqa: S608 - a name, quoted
    for name in sorted(tables.keys() - reached_by_jobs):
        # Not every connector can be read, so the table is only created.
        yield _query(tables[name], "SELECT 1", tables, views)


def _query(
    about: FlinkTable | FlinkView, text: str, tables: Mapping[str, FlinkTable], views: Mapping[str, FlinkView]
) -> Job:
    identity = ResourceId(Kind.JOB, f"query of {about.id.name}")
    query = Job(identity, about.path, text, text, (), (about.id.name,), (), where=about.where)
    return replace(query, requires=requirements(query, tables, views))


def _diagnostic(project: Project, job: Job, refusal: Refusal) -> Diagnostic:
    resource = next((r for r in project.resources if str(r.id) == refusal.resource), job)
    return error(CODE, refusal.message, _place(resource, refusal))


def _place(resource: Resource, refusal: Refusal) -> SourceRange | None:
    if resource.source is None or refusal.line is None or refusal.column is None:
        return resource.where or SourceRange(resource.path)
    return resource.source.locate(refusal.line, refusal.column)
