"""`millstream check`: everything that is wrong with a project, without an engine."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from millstream.config import Config
    from millstream.diagnostics import Diagnostic
    from millstream.flinkplan.jobs import Look
    from millstream.graph import Graph
    from millstream.project.model import Project


class Format(StrEnum):
    """How diagnostics are shown."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    GITLAB = "gitlab"


Target = Annotated[str | None, typer.Option(help="Target of millstream.yml.")]
Json = Annotated[bool, typer.Option("--json", help="JSON on stdout, as --format json.")]
Formatted = Annotated[Format, typer.Option("--format", help="Text for people, or annotations for a code host.")]
NoPlanner = Annotated[bool, typer.Option("--no-planner", help="Leave out what only Flink's planner can tell.")]


def register(app: typer.Typer) -> None:
    """Add the command and its other name."""
    app.command()(check)
    app.command(name="validate", hidden=True)(check)


def check(
    target: Target = None, json: Json = False, format_: Formatted = Format.TEXT, no_planner: NoPlanner = False
) -> None:
    """Find everything that is wrong with the project; no engine needs to run."""
    from millstream.cli import render
    from millstream.diagnostics import Severity
    from millstream.errors import ProjectError

    try:
        found = _find(target, with_planner=not no_planner)
    except ProjectError as exc:
        if not exc.diagnostics:
            raise
        # What is wrong with millstream.yml itself.
        found = exc.diagnostics
    errors = sum(diagnostic.severity is Severity.ERROR for diagnostic in found)
    chosen = Format.JSON if json else format_
    _show(found, chosen)
    if errors:
        raise ProjectError(f"the project has {errors} error(s)")
    if chosen is Format.TEXT:
        render.err.print(f"no errors, {len(found)} warning(s)" if found else "nothing is wrong")


def _show(found: Sequence[Diagnostic], chosen: Format) -> None:
    from millstream.cli import render, reports, workspace

    if chosen is Format.TEXT:
        root = workspace.root()
        for diagnostic in found:
            render.show_diagnostic(diagnostic, root)
        return
    text = {
        Format.JSON: reports.as_json,
        Format.GITHUB: reports.as_github,
        Format.GITLAB: reports.as_gitlab,
    }[chosen](found)
    if text:
        sys.stdout.write(text + "\n")


def _find(name: str | None, *, with_planner: bool) -> Sequence[Diagnostic]:
    """Read the tree, run the rules, ask the planner.

    Raises:
        ProjectError: `millstream.yml` is wrong.
        EngineError: the planner cannot be started, or ended.
    """
    from functools import partial

    from millstream import config, rules
    from millstream import project as projects
    from millstream.cli import render, workspace
    from millstream.graph import Graph
    from millstream.rules.intended import without_intended

    folder = workspace.root()
    read = config.load(folder)
    chosen = read.target(name)
    variables = stand_ins(read, chosen.name)
    project = projects.load(
        folder, name=read.project, namespace=chosen.namespace, variables=variables, allow=read.allow
    )
    graph = Graph.of(project)
    found = (*project.diagnostics, *rules.check(project, graph))
    if with_planner:
        found += planned(project, graph, found, variables).diagnostics
    return without_intended(rules.ordered(found), partial(render.lines, folder))


def stand_ins(read: Config, target: str) -> Mapping[str, str]:
    """The environment's variables; what the target or the project declares and nobody has set is stood in for."""
    import os

    from millstream.cli import workspace
    from millstream.local import offline

    chosen = read.targets[target]
    declared = offline.of_names((*read.variables, *chosen.variables))
    if chosen.embedded:
        return {**declared, **os.environ, **offline.of_platform(workspace.root())}
    return {**declared, **os.environ}


def planned(project: Project, graph: Graph, found: Sequence[Diagnostic], variables: Mapping[str, str]) -> Look:
    """What Flink's planner says of the jobs of which nothing said so far tells that they cannot be planned.

    Raises:
        EngineError: the planner cannot be started, or ended.
    """
    from millstream.flinkplan import jobs
    from millstream.local.planner import planner

    asked = jobs.plannable(project, graph, found)
    if not asked:
        return jobs.Look({}, ())
    with planner() as flink:
        return jobs.look(project, asked, flink, variables)
