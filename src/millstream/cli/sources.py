"""`millstream sources`: poll the HTTP APIs that were applied."""

from __future__ import annotations

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(sources)


def sources(target: Annotated[str | None, typer.Option(help="Target of millstream.yml.")] = None) -> None:
    """Poll the applied HTTP sources into their topics until told to end; the embedded platform runs this itself."""
    import logging
    import sys
    from contextlib import closing

    from millstream import sources
    from millstream.cli import workspace
    from millstream.engines.control import Control

    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO, stream=sys.stderr)
    chosen = workspace.target(target)
    site = sources.Site(
        project=chosen.project,
        target=chosen.name,
        bootstrap=chosen.addresses["kafka.bootstrap"],
        variables=chosen.variables,
        memory=workspace.platform().layout.data / "sources" / chosen.name,
    )
    with closing(Control(chosen.addresses["control.url"])) as control:
        sources.run(control, site)
