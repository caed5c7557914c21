"""Commands on the project: check it, and apply it to its engines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from millstream.apply import ApplyTarget
    from millstream.cli.workspace import Chosen
    from millstream.graph import Graph
    from millstream.plan import Plan
    from millstream.project.model import Project

Target = Annotated[str | None, typer.Option(help="Target of millstream.yml.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(apply)


def apply(target: Target = None, json: Annotated[bool, typer.Option("--json", help="JSON on stdout.")] = False) -> None:
    """Create the topics, tables and jobs that are declared and do not exist; change nothing that runs."""
    from millstream.cli import render, workspace

    plan = carry_out(workspace.target(target))
    if json:
        render.data(_as_json(plan))
    elif not plan.changes:
        render.err.print(f"nothing to do: {plan.unchanged} resources are as declared")
    else:
        render.err.print(f"applied {len(plan.changes)} changes; {plan.unchanged} resources were as declared")


def carry_out(chosen: Chosen) -> Plan:
    """Read the project, refuse it when it has errors, and apply it."""
    from millstream import apply
    from millstream.cli import render

    project, graph = read(chosen)

    def on_step(resource: str, action: str) -> None:
        render.err.print(f"  {action:<28} {resource}")

    for warning in apply.schema_changes(project, graph):
        render.show_diagnostic(warning, chosen.root)
    _tell_of_ksql(chosen)
    if "superset.url" not in chosen.addresses:
        project, graph = _without_superset(chosen, project)
    return apply.run(project, graph, _apply_target(chosen), on_step)


def _tell_of_ksql(chosen: Chosen) -> None:
    """No target has ksqlDB yet: its files are written for one that will, and nobody should think they run."""
    from millstream.cli import render

    files = len(list((chosen.root / "ksql").rglob("*.sql")))
    if files:
        render.err.print(f"target {chosen.name} has no ksqlDB: {files} files of ksql/ were left out")


def _without_superset(chosen: Chosen, project: Project) -> tuple[Project, Graph]:
    """Leave the assets of `superset/` out where no Superset runs, and say so; they were checked all the same."""
    from dataclasses import replace

    from millstream.cli import render
    from millstream.graph import Graph
    from millstream.project.model import SupersetAsset

    kept = tuple(resource for resource in project.resources if not isinstance(resource, SupersetAsset))
    if left_out := len(project.resources) - len(kept):
        mend = "; `millstream up --only superset` starts one" if chosen.site else ""
        render.err.print(f"target {chosen.name} has no Superset: {left_out} assets of superset/ were left out{mend}")
    without = replace(project, resources=kept)
    return without, Graph.of(without)


def read(chosen: Chosen) -> tuple[Project, Graph]:
    """Read the tree and run every rule; warnings are printed.

    Raises:
        ProjectError: the project has errors.
    """
    from millstream import project, rules
    from millstream.cli import render
    from millstream.diagnostics import Severity
    from millstream.errors import ProjectError
    from millstream.graph import Graph

    found = project.load(chosen.root, name=chosen.project, namespace=chosen.namespace, variables=chosen.variables)
    graph = Graph.of(found)
    diagnostics = (*found.diagnostics, *rules.check(found, graph))
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


def _as_json(plan: Plan) -> dict[str, object]:
    return {
        "changes": [
            {
                "resource": str(change.resource),
                "action": str(change.action),
                "effect": str(change.effect),
                "reasons": list(change.reasons),
            }
            for change in plan.changes
        ]
    }
