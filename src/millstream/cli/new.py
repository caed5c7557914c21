"""`millstream new`: write the files of a source, a landing or a job, and dbt's exposures."""

from __future__ import annotations

from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from millstream.cli.workspace import Chosen
    from millstream.flinkplan.client import Planner
    from millstream.project.model import Project
    from millstream.scaffold import Draft
    from millstream.scaffold.origin import Origin


class To(StrEnum):
    """As `scaffold.landing.Database`, which would make `--help` slow if it were imported here."""

    POSTGRES = "postgres"
    CLICKHOUSE = "clickhouse"


app = typer.Typer(help="Write the files of a source, a landing or a job, and dbt's exposures.", no_args_is_help=True)

Target = Annotated[str | None, typer.Option(help="Target of millstream.yml.")]
Name = Annotated[str | None, typer.Option(help="Name of the table to be.")]
Key = Annotated[str | None, typer.Option(help="Columns that tell rows apart, separated by commas.")]


def register(parent: typer.Typer) -> None:
    """Add the commands."""
    for command in (source, landing, job, exposures):
        app.command()(command)
    parent.add_typer(app, name="new")


def source(
    from_topic: Annotated[str | None, typer.Option(help="A topic; types are inferred from its records.")] = None,
    from_table: Annotated[str | None, typer.Option(help="DATABASE.TABLE; types come from its catalog.")] = None,
    name: Name = None,
    samples: Annotated[int, typer.Option(help="How many records to look at.", min=1)] = 400,
    target: Target = None,
) -> None:
    """Write a Flink table over a live topic, or over a table of PostgreSQL or ClickHouse."""
    from millstream.cli import workspace
    from millstream.errors import UsageError
    from millstream.scaffold import live

    chosen = workspace.target(target)
    project = _project(chosen)
    if from_topic and not from_table:
        draft = live.source_of_topic(project, chosen.addresses, from_topic, name, samples)
    elif from_table and not from_topic:
        draft = live.source_of_table(project, chosen.addresses, chosen.variables, from_table, name)
    else:
        raise UsageError("name a topic or a table", mend="millstream new source --from-topic orders")
    _write(chosen, project, draft)


def landing(
    from_: Annotated[str, typer.Option("--from", help="A Flink table or view, or a job that writes one topic.")],
    to: Annotated[list[To], typer.Option(help="Where it lands; may be given twice.")],
    name: Name = None,
    key: Key = None,
    no_job: Annotated[bool, typer.Option("--no-job", help="Write no job; show the INSERT.")] = False,
    target: Target = None,
) -> None:
    """Write landing tables for a Flink table or view, and the job that fills them."""
    from millstream.cli import workspace
    from millstream.scaffold import landing as landings

    chosen = workspace.target(target)
    project = _project(chosen)
    databases = tuple(landings.Database(database) for database in to)
    with _origin(chosen, project, from_, key) as (origin, planner):
        draft = landings.build(project, origin, databases, name or origin.name, with_job=not no_job)
        _write(chosen, project, draft, planner)


def job(
    name: Annotated[str, typer.Argument(help="Name of the job and of the table of its result.")],
    from_: Annotated[
        list[str] | None, typer.Option("--from", help="A Flink table or view; several are joined.")
    ] = None,
    key: Key = None,
    target: Target = None,
) -> None:
    """Write a job and the table of its result; without --from it reads generated rows, so that it runs at once."""
    from millstream.cli import workspace
    from millstream.scaffold import job as jobs

    chosen = workspace.target(target)
    project = _project(chosen)
    if not from_:
        _write(chosen, project, jobs.of_nothing(project, name))
        return
    with _planner(chosen) as planner:
        _write(chosen, project, jobs.build(project, name, from_, planner, _columns(key)), planner)


def exposures(target: Target = None) -> None:
    """Write dbt's exposures anew: one for each dashboard of superset/, with the models and sources it stands on."""
    from millstream import config, project
    from millstream.cli import render, workspace
    from millstream.cli.check import stand_ins
    from millstream.project import dbt_models
    from millstream.scaffold.exposures import build, write

    root = workspace.root()
    read = config.load(root)
    chosen = read.target(target)
    # No engine is asked, so none needs to run.
    variables = stand_ins(read, chosen.name)
    found = project.load(root, name=read.project, namespace=chosen.namespace, variables=variables)
    changed = write(root, build(found, dbt_models.read(root, chosen.namespace)))
    for path in changed:
        render.out.print(path.as_posix(), soft_wrap=True)
    if not changed:
        render.err.print("nothing to write: the exposures are as the dashboards are")


def _project(chosen: Chosen) -> Project:
    """Read the tree as far as it can be read: a file with errors must not keep others from being written."""
    from millstream import project

    return project.load(chosen.root, name=chosen.project, namespace=chosen.namespace, variables=chosen.variables)


@contextmanager
def _origin(chosen: Chosen, project: Project, name: str, key: str | None) -> Iterator[tuple[Origin, Planner | None]]:
    """Where a landing starts from, and the planner when it had to be asked."""
    from millstream.project.model import FlinkTable
    from millstream.scaffold import origin

    found = origin.find(project, name)
    if isinstance(found, FlinkTable):
        yield origin.of_table(found).keyed_by(_columns(key)), None
        return
    with _planner(chosen) as planner:
        yield origin.of_view(project, found, planner).keyed_by(_columns(key)), planner


def _columns(text: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())


@contextmanager
def _planner(chosen: Chosen) -> Iterator[Planner]:
    """Flink's planner, with the connectors of the embedded platform."""
    from millstream.errors import UsageError
    from millstream.local.planner import planner

    if chosen.site is None:
        mend = "use --target with a target of `platform: embedded`"
        raise UsageError(f"target {chosen.name} has no Flink planner", mend)
    with planner() as flink:
        yield flink


def _write(chosen: Chosen, project: Project, draft: Draft, planner: Planner | None = None) -> None:
    """Try a draft, write it; say what was written, what to check and what to do next."""
    from millstream import scaffold
    from millstream.apply import preflight
    from millstream.cli import render
    from millstream.project.model import Job

    with scaffold.tried(project, draft, chosen.variables) as after:
        if planner:
            new = {file.path for file in draft.files}
            preflight.compiled(after, [job for job in after.of(Job) if job.path in new], planner, chosen.variables)
    for path in scaffold.write(chosen.root, draft):
        render.out.print(path.as_posix())
    if draft.statement:
        render.out.print(f"\n{draft.statement}")
    for note in draft.notes:
        render.err.print(f"  check: {note}")
    for step in draft.next_steps:
        render.err.print(f"  next: {step}")
