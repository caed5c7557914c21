"""`millstream seed`: make the example's operational database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from millstream.cli.workspace import Chosen


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(seed)


def seed(
    target: Annotated[str | None, typer.Option(help="Target of millstream.yml.")] = None,
) -> None:
    """Make the shop's tables and first rows, which `generate` then changes; what is there stays as it is."""
    from millstream.cli import workspace

    carry_out(workspace.target(target))


def carry_out(chosen: Chosen) -> None:
    """Seed the shop of a target and tell what was done.

    Raises:
        UsageError: the target does not say where the shop is.
        EngineError: the shop's database is unreachable or refused.
    """
    from millstream.cli import render
    from millstream.errors import UsageError
    from millstream.generate.shop.seed import seed as fill

    url = chosen.variables.get("SHOP_URL")
    if not url:
        raise UsageError(
            f"target {chosen.name} does not say where the shop is",
            mend="set SHOP_URL to postgresql://USER@HOST:PORT/shop; keep the password in PGPASSWORD or a pgpass file",
        )
    done = fill(url, chosen.root)
    for name in done.created:
        render.err.print(f"created {name}")
    written = ", ".join(f"{count:,} {name}" for name, count in done.rows.items() if count)
    render.err.print(f"seeded {written}" if written else "the shop has its first rows already")
