"""The commands that compare the project with its engines, and make them equal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from millstream.apply import ApplyTarget
    from millstream.cli.workspace import Chosen
    from millstream.graph import Graph
    from millstream.plan import Approvals, Plan
    from millstream.project.model import Project

Target = Annotated[str | None, typer.Option(help="Target of millstream.yml.")]


Json = Annotated[bool, typer.Option("--json", help="JSON on stdout.")]
Out = Annotated[Path | None, typer.Option(help="Also write the plan as JSON to this file.", dir_okay=False)]
Allow = Annotated[
    list[str] | None, typer.Option(help="Let a job lose its state: rebuild:NAME. May be given several times.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(plan)
    app.command()(apply)


def plan(target: Target = None, out: Out = None, json: Json = False) -> None:
    """Tell what apply would change, and what that does to state and data; change nothing."""
    from millstream import apply
    from millstream.cli import plans, render, workspace

    chosen = workspace.target(target)
    project, graph = read(chosen)
    found = apply.plan(project, graph, _apply_target(chosen), _on_step)
    written = plans.as_json(found, graph)
    if out:
        out.write_text(written, encoding="utf-8")
    if json:
        render.out.print(written)
    else:
        render.out.print(plans.as_text(found, graph, chosen.name))


def apply(target: Target = None, allow: Allow = None, json: Json = False) -> None:
    """Make the engines equal to the tree; refuse what would lose state or data unless it is allowed by name."""
    from millstream.cli import plans, render, workspace
    from millstream.plan import Approvals

    done, graph = carry_out(workspace.target(target), Approvals.parse(allow or ()))
    if json:
        render.out.print(plans.as_json(done, graph))
    elif not done.changes:
        render.err.print(f"nothing to do: {done.unchanged} resources are as declared")
    else:
        render.err.print(f"applied {len(done.changes)} changes; {done.unchanged} resources were as declared")


def carry_out(chosen: Chosen, approved: Approvals | None = None) -> tuple[Plan, Graph]:
    """Read the project, refuse it when it has errors, and apply it."""
    from millstream import apply
    from millstream.cli import render
    from millstream.plan import NO_APPROVALS

    project, graph = read(chosen)
    for warning in apply.schema_changes(project, graph):
        render.show_diagnostic(warning, chosen.root)
    _tell_of_ksql(chosen)
    return apply.run(project, graph, _apply_target(chosen), _on_step, approved or NO_APPROVALS), graph


def _on_step(resource: str, action: str) -> None:
    from millstream.cli import render

    render.err.print(f"  {action:<28} {resource}")


def _tell_of_ksql(chosen: Chosen) -> None:
    """No target has ksqlDB yet: its files are written for one that will, and nobody should think they run."""
    from millstream.cli import render

    files = len(list((chosen.root / "ksql").rglob("*.sql")))
    if files:
        render.err.print(f"target {chosen.name} has no ksqlDB: {files} files of ksql/ were left out")


def read(chosen: Chosen) -> tuple[Project, Graph]:
    """Read the tree and run every rule; warnings are printed.

    Raises:
        ProjectError: the project has errors.
    """
    from functools import partial

    from millstream import project, rules
    from millstream.cli import render
    from millstream.diagnostics import Severity
    from millstream.errors import ProjectError
    from millstream.graph import Graph
    from millstream.rules.intended import without_intended

    found = project.load(
        chosen.root, name=chosen.project, namespace=chosen.namespace, variables=chosen.variables, allow=chosen.allow
    )
    graph = Graph.of(found)
    said = (*found.diagnostics, *rules.check(found, graph))
    diagnostics = without_intended(said, partial(render.lines, chosen.root))
    errors = [d for d in diagnostics if d.severity is Severity.ERROR]
    if errors:
        raise ProjectError(f"the project has {len(errors)} error(s); nothing was changed", diagnostics)
    for diagnostic in diagnostics:
        render.show_diagnostic(diagnostic, chosen.root)
    return found, graph


def _apply_target(chosen: Chosen) -> ApplyTarget:
    from importlib.metadata import version

    from millstream import __version__
    from millstream.apply import ApplyTarget
    from millstream.errors import UsageError
    from millstream.local import jars
    from millstream.local.services import flink

    site = chosen.site
    if site is None:
        raise UsageError(
            f"target {chosen.name} is not the embedded platform",
            mend="apply works on `platform: embedded` targets so far",
        )
    versions = {f"jar {jar.artifact}": jar.sha256 for jar in jars.locked("flink")}
    return ApplyTarget(
        name=chosen.name,
        addresses=chosen.addresses,
        variables=chosen.variables,
        stable=chosen.stable,
        key=site.secrets["fingerprint.key"].encode(),
        versions=versions | {"flink": version("apache-flink"), "millstream": __version__},
        flink_home=flink.home(site),
        java_home=site.java_home,
        checkpoints=site.layout.checkpoints,
    )
