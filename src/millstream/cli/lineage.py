"""`millstream lineage`: what flows from where to where, down to columns, without an engine."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console, Group

    from millstream.compiled import CompiledPlan
    from millstream.lineage import Field, Lineage
    from millstream.project.model import Project, ResourceId


# A tree is cut where its console ends: names must stay whole, and a terminal folds lines by itself.
_WIDE = 10_000


class Format(StrEnum):
    """How the picture is written."""

    TEXT = "text"
    JSON = "json"
    MERMAID = "mermaid"
    HTML = "html"


Resource = Annotated[str | None, typer.Argument(help="A resource or column: job.parse_orders, order_items.quantity.")]
Upstream = Annotated[bool, typer.Option("--upstream", help="Only what it is made from.")]
Downstream = Annotated[bool, typer.Option("--downstream", help="Only what is made from it.")]
Formatted = Annotated[Format, typer.Option("--format", help="Text for people, JSON for machines, a chart or a page.")]
Target = Annotated[str | None, typer.Option(help="Target of millstream.yml.")]
NoColumns = Annotated[bool, typer.Option("--no-columns", help="Leave out the planner, and so the columns of jobs.")]
Out = Annotated[Path | None, typer.Option(help="Write to this file.", dir_okay=False)]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(lineage)


def lineage(
    resource: Resource = None,
    upstream: Upstream = False,
    downstream: Downstream = False,
    format_: Formatted = Format.TEXT,
    target: Target = None,
    no_columns: NoColumns = False,
    out: Out = None,
) -> None:
    """Show what a resource or column is made from and what is made from it, over every engine; none needs to run."""
    from millstream.errors import UsageError
    from millstream.lineage import around, find

    if out and not out.parent.is_dir():
        raise UsageError(f"there is no folder {out.parent}", mend="make it, or write the file elsewhere")
    drawn = _draw(target, with_planner=not no_columns)
    start = find(resource, drawn) if resource else None
    if start is not None:
        both = upstream == downstream
        drawn = around(start, drawn, upstream=upstream or both, downstream=downstream or both)
    _write(drawn, start, format_, out)
    if format_ is Format.TEXT and not out:
        _tell(drawn.notes)


def _draw(name: str | None, *, with_planner: bool) -> Lineage:
    from dataclasses import replace

    from millstream import config, lineage
    from millstream import project as projects
    from millstream.cli import workspace
    from millstream.cli.check import stand_ins
    from millstream.diagnostics import Severity
    from millstream.project import dags, dbt_models

    folder = workspace.root()
    read = config.load(folder)
    chosen = read.target(name)
    variables = stand_ins(read, chosen.name)
    project = projects.load(
        folder, name=read.project, namespace=chosen.namespace, variables=variables, allow=read.allow
    )
    plans = _plans(project, variables) if with_planner else None
    drawn = lineage.draw(project, dbt_models.read(folder, chosen.namespace), dags.read(folder), plans)
    errors = sum(diagnostic.severity is Severity.ERROR for diagnostic in project.diagnostics)
    told = (f"the tree has {errors} error(s), and what they are about is missing here: millstream check",)
    return replace(drawn, notes=(*drawn.notes, *(told if errors else ())))


def _plans(project: Project, variables: Mapping[str, str]) -> Mapping[ResourceId, CompiledPlan]:
    """What the planner makes of the jobs; of one that it refuses there is no plan.

    Raises:
        EngineError: the planner cannot be started, or ended.
    """
    from millstream import rules
    from millstream.cli.check import planned
    from millstream.errors import EngineError
    from millstream.graph import Graph

    graph = Graph.of(project)
    found = (*project.diagnostics, *rules.check(project, graph))
    try:
        return planned(project, graph, found, variables).plans
    except EngineError as exc:
        mend = f"{exc.mend}; or leave the planner out by --no-columns" if exc.mend else "leave it out by --no-columns"
        raise EngineError(exc.summary, mend=mend) from exc


def _write(drawn: Lineage, start: str | Field | None, format_: Format, out: Path | None) -> None:
    from millstream import config
    from millstream.cli import lineage_text, workspace
    from millstream.lineage import export, page

    if format_ is Format.TEXT:
        _show(lineage_text.tree(drawn, start), out)
        return
    if format_ is Format.HTML:
        text = page.as_html(drawn, f"Lineage of {start or config.load(workspace.root()).project}", start)
    else:
        text = {Format.JSON: export.as_json, Format.MERMAID: export.as_mermaid}[format_](drawn)
    if out:
        out.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


def _show(trees: Group, out: Path | None) -> None:
    if out is None:
        _console(None).print(trees)
        return
    with out.open("w", encoding="utf-8") as file:
        _console(file).print(trees)


def _console(file: TextIO | None) -> Console:
    from rich.console import Console

    return Console(file=file, width=_WIDE, highlight=False, soft_wrap=True, markup=False)


def _tell(notes: tuple[str, ...]) -> None:
    from millstream.cli import render

    for note in notes:
        render.err.print(note, style="dim")
