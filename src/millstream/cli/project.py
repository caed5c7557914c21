"""The commands that compare the project with its engines, and make them equal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from millstream.apply import ApplyTarget
    from millstream.cli import plans
    from millstream.cli.workspace import Chosen
    from millstream.graph import Graph
    from millstream.plan import Approvals, Plan
    from millstream.project.model import Project
    from millstream.selection import Selection

Target = Annotated[str | None, typer.Option(help="Target of millstream.yml.")]


Json = Annotated[bool, typer.Option("--json", help="JSON on stdout.")]
Out = Annotated[Path | None, typer.Option(help="Also write the plan as JSON to this file.", dir_okay=False)]
Allow = Annotated[
    list[str] | None,
    typer.Option(
        help="Let a job lose its state: rebuild:NAME; stop one whose file is gone: delete:NAME. May be repeated."
    ),
]

Rehearse = Annotated[
    bool,
    typer.Option(
        "--rehearse", help="Also try each change of a job that runs: restore it in throw-away topics, and compare."
    ),
]
Events = Annotated[
    Path | None,
    typer.Option(
        help="Records to rehearse with, one JSON object a line; else the newest of the topics.", dir_okay=False
    ),
]

Select = Annotated[
    list[str] | None,
    typer.Option(
        "--select", "-s", help="Only these: name, +name, name+, path:, resource_type:, state:modified, as in dbt."
    ),
]
Exclude = Annotated[list[str] | None, typer.Option(help="All but these, written as for --select.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(plan)
    app.command()(apply)


def plan(
    select: Select = None,
    exclude: Exclude = None,
    target: Target = None,
    out: Out = None,
    json: Json = False,
    rehearse: Rehearse = False,
    events: Events = None,
) -> None:
    """Tell what apply would change, and what that does to state and data; change nothing."""
    from millstream import apply
    from millstream.cli import plans, rehearsals, render, workspace
    from millstream.selection import Selection

    given = rehearsals.given(events, rehearse)
    selection = Selection.parse(select or (), exclude or ())
    chosen = workspace.target(target)
    project, graph = _for_target(chosen, *read(chosen))
    engines = _apply_target(chosen)
    found = apply.plan(project, graph, engines, _on_step, selection)
    touched = _touched(chosen, project, graph)
    written, text = plans.as_json(found, touched), plans.as_text(found, touched, chosen.name)
    if rehearse:
        tried = rehearsals.carry_out(project, found, engines, given, _on_step)
        written, text = rehearsals.into_json(written, tried), f"{text}\n\n{rehearsals.as_text(tried)}"
    if out:
        out.write_text(written, encoding="utf-8")
    render.out.print(written if json else text)


def apply(
    select: Select = None,
    exclude: Exclude = None,
    target: Target = None,
    allow: Allow = None,
    json: Json = False,
) -> None:
    """Make the engines equal to the tree; refuse what would lose state or data unless it is allowed by name."""
    from millstream.cli import plans, render, workspace
    from millstream.plan import Approvals
    from millstream.selection import Selection

    selection = Selection.parse(select or (), exclude or ())
    chosen = workspace.target(target)
    found, graph = for_apply(chosen)
    done = carry_out(chosen, found, graph, Approvals.parse(allow or ()), selection)
    if json:
        render.out.print(plans.as_json(done, _touched(chosen, found, graph)))
        return
    if told := plans.beside(done):
        render.err.print(told)
    if not done.changes:
        render.err.print(f"nothing to do: {done.unchanged} resources are as declared")
    else:
        render.err.print(f"applied {len(done.changes)} changes; {done.unchanged} resources were as declared")


def for_apply(chosen: Chosen) -> tuple[Project, Graph]:
    """Read what can be applied to a target, and say what cannot.

    Raises:
        ProjectError: the project has errors.
    """
    from millstream import apply
    from millstream.cli import render

    found, graph = read(chosen)
    for warning in apply.schema_changes(found, graph):
        render.show_diagnostic(warning, chosen.root)
    return _for_target(chosen, found, graph)


def carry_out(
    chosen: Chosen,
    found: Project,
    graph: Graph,
    approved: Approvals | None = None,
    selection: Selection | None = None,
) -> Plan:
    """Apply what `for_apply` gave."""
    from millstream import apply
    from millstream.plan import NO_APPROVALS
    from millstream.selection import EVERYTHING

    return apply.run(
        found,
        graph,
        _apply_target(chosen),
        _on_step,
        approved=approved or NO_APPROVALS,
        selection=selection or EVERYTHING,
    )


def _touched(chosen: Chosen, project: Project, graph: Graph) -> plans.Touched:
    """What lies downstream of a resource, over every engine; drawn when it is first asked for."""
    from functools import cache

    from millstream import lineage
    from millstream.project import dags, dbt_models

    @cache
    def drawn() -> lineage.Lineage:
        return lineage.join(project, dbt_models.read(chosen.root, chosen.namespace), dags.read(chosen.root))

    return lambda resource: lineage.touched(str(resource), map(str, graph.downstream(resource)), drawn())


def _on_step(resource: str, action: str) -> None:
    from millstream.cli import render

    render.err.print(f"  {action:<28} {resource}")


def _for_target(chosen: Chosen, project: Project, graph: Graph) -> tuple[Project, Graph]:
    """Leave out what the target has no engine for, and say so; it was checked all the same."""
    from dataclasses import replace

    from millstream.cli import render
    from millstream.graph import Graph
    from millstream.project.model import KsqlStatement, SupersetAsset

    assets = () if "superset.url" in chosen.addresses else project.of(SupersetAsset)
    statements = () if "ksqldb.url" in chosen.addresses else project.of(KsqlStatement)
    left_out = {resource.id for resource in (*assets, *statements)}
    if not left_out:
        return project, graph
    if statements:
        render.err.print(f"target {chosen.name} has no ksqlDB: {len(statements)} files of ksql/ were left out")
    if assets:
        mend = "; `millstream up --only superset` starts one" if chosen.site else ""
        render.err.print(f"target {chosen.name} has no Superset: {len(assets)} assets of superset/ were left out{mend}")
    without = replace(project, resources=tuple(r for r in project.resources if r.id not in left_out))
    return without, Graph.of(without)


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
    from millstream.local.planner import planner

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
        planner=planner(),
        checkpoints=site.layout.checkpoints,
    )
