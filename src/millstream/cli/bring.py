"""`millstream import`: what was made in an engine's own interface becomes files."""

from __future__ import annotations

from typing import Annotated

import typer

Target = Annotated[str | None, typer.Option(help="Target of millstream.yml.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import")(bring)


def bring(
    what: Annotated[str, typer.Argument(metavar="superset:NAME", help="A dashboard, by its file's name.")],
    target: Target = None,
) -> None:
    """Bring a dashboard that was edited in the browser back into superset/, with its charts and datasets."""
    from contextlib import closing

    from millstream.cli import project, render, workspace
    from millstream.engines.superset import Superset
    from millstream.errors import UsageError
    from millstream.project.model import SupersetAsset
    from millstream.scaffold.superset_import import bring_back

    engine, colon, name = what.partition(":")
    if engine != "superset" or not colon or not name:
        raise UsageError(f"{what} names nothing that can be imported", mend="write superset:NAME of a dashboard")
    chosen = workspace.target(target)
    if "superset.url" not in chosen.addresses:
        raise UsageError(f"target {chosen.name} has no Superset", mend="start it with `millstream up --only superset`")
    found, _ = project.read(chosen)
    with closing(Superset(chosen.addresses["superset.url"])) as superset:
        live = superset.assets({asset.uuid: asset.id.name for asset in found.of(SupersetAsset)})
    files = bring_back(found, live, name)
    for file in files:
        path = chosen.root / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text, encoding="utf-8")
        render.out.print(file.path.as_posix(), soft_wrap=True)
    if not files:
        render.err.print("nothing to write: the files are as Superset has it")
